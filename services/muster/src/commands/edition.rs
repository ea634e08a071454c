//! `muster edition ...`: frozen versions of every figure.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use muster_backoffice::domain::figure::{decimal, pounds};
use muster_proto::{backoffice::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::back_office::evidence;
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

#[derive(Subcommand, Debug)]
pub(crate) enum EditionCommand {
    /// Freeze every figure as it stands, under the next number and for ever
    Freeze {
        /// As what it is signed, such as "programme director"
        #[arg(long)]
        signed_as: String,
        /// What is said of it
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
        /// Month at whose end schemes stand, YYYY-MM [default: the last month with an actual]
        #[arg(long, default_value = "", hide_default_value = true)]
        as_of: String,
        /// A context to freeze without, since it is away: agency, catalogue or staffing; may be given again
        #[arg(long)]
        without: Vec<String>,
    },
    /// What made a figure: events, decisions, rules, and lines of imported files
    Trace {
        /// Key of the figure, such as savings/attested
        figure: String,
        /// Number of the edition that it is in [default: the figure as it stands]
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        edition: i64,
    },
    /// Editions, newest first
    List,
    /// An edition with its figures
    Show {
        /// Number [default: the latest]
        #[arg(default_value_t = 0, hide_default_value = true)]
        number: i64,
        /// Only what everybody may see
        #[arg(long)]
        public: bool,
        /// Only figures whose key begins so, such as savings/
        #[arg(long, default_value = "", hide_default_value = true)]
        prefix: String,
    },
    /// What is other in a later edition, and the events and rows that made it so
    Diff {
        /// The earlier
        from: i64,
        /// The later [default: the latest]
        #[arg(default_value_t = 0, hide_default_value = true)]
        to: i64,
        /// Only what everybody may see
        #[arg(long)]
        public: bool,
    },
    /// Work the hash of an edition out again, and look whether the chain up to it holds; ends with 1 when not
    Verify {
        /// Number [default: the latest]
        #[arg(default_value_t = 0, hide_default_value = true)]
        number: i64,
    },
    /// Write an edition as a file: a board update, tables, or everything for machines
    Export(ExportArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Number [default: the latest]
    #[arg(default_value_t = 0, hide_default_value = true)]
    number: i64,
    /// Board update as a page or a PDF, tables, or everything for machines
    #[arg(long, default_value = "html", value_parser = ["html", "pdf", "xlsx", "json"])]
    format: String,
    /// Only what everybody may see
    #[arg(long)]
    public: bool,
    /// File to write; - is standard output [default: its own name, in this folder]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub(crate) async fn run(command: EditionCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        EditionCommand::Freeze { signed_as, note, as_of, without } => {
            let request = pb::FreezeEditionRequest { signed_as, note, as_of, without };
            let request = clients.request(request);
            let answer = clients.backoffice().freeze_edition(request).await?.into_inner();
            let of = answer.edition.unwrap_or_default();
            if shared.json { Ok(output::json(&head(&of))?) } else { Ok(output::line(&sentence(&of))?) }
        }
        EditionCommand::Trace { figure, edition } => trace((figure, edition), shared, clients).await,
        EditionCommand::List => list(shared, clients).await,
        EditionCommand::Show { number, public, prefix } => {
            let request = pb::GetEditionRequest { number, public_only: public, prefix };
            let found = clients.backoffice().get_edition(clients.request(request)).await?.into_inner();
            show(&found, shared)
        }
        EditionCommand::Diff { from, to, public } => {
            let request = pb::DiffEditionsRequest { from, to, public_only: public };
            let found = clients.backoffice().diff_editions(clients.request(request)).await?.into_inner();
            diff(&found, shared)
        }
        EditionCommand::Verify { number } => {
            let request = clients.request(pb::VerifyEditionRequest { number });
            let found = clients.backoffice().verify_edition(request).await?.into_inner();
            verify(&found, shared)
        }
        EditionCommand::Export(args) => export(args, shared, clients).await,
    }
}

fn head(of: &pb::EditionHead) -> Value {
    json!({
        "number": of.number, "frozen_by": of.frozen_by, "signed_as": of.signed_as,
        "frozen_at_micros": of.frozen_at_micros, "note": of.note, "as_of": of.as_of, "figures": of.figures,
        "sha256": of.sha256, "previous_sha256": of.previous_sha256,
    })
}

fn sentence(of: &pb::EditionHead) -> String {
    let by = if of.frozen_by.is_empty() { String::new() } else { format!(" by {}", of.frozen_by) };
    format!("edition {}: {} figures, frozen{by} as {}, {}", of.number, of.figures, of.signed_as, of.sha256)
}

async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = pb::ListEditionsRequest { page: Some(PageRequest { size: 1_000, token: String::new() }) };
    let found = clients.backoffice().list_editions(clients.request(request)).await?.into_inner().editions;
    if shared.json {
        let editions: Vec<Value> = found.iter().map(head).collect();
        return Ok(output::json(&json!({ "editions": editions }))?);
    }
    for of in &found {
        output::line(&sentence(of))?;
    }
    Ok(())
}

fn figure(of: &pb::EditionFigure) -> Value {
    json!({
        "key": of.key, "context": of.context, "title": of.title, "value": of.value, "unit": of.unit, "low": of.low,
        "high": of.high, "window": of.window, "base": of.base, "version": of.version, "source": of.source,
        "public": of.public, "made_of": of.made_of,
        "evidence": of.evidence.iter().map(evidence).collect::<Vec<_>>(),
    })
}

fn shown(of: &pb::EditionFigure) -> String {
    value(of.value, &of.unit)
}

/// A value for people: money in pounds.
fn value(value: i64, unit: &str) -> String {
    match unit {
        "pence" => pounds(value),
        "centipence" => decimal(value, 4),
        "milli" => decimal(value, 3),
        unit => format!("{value} {unit}"),
    }
}

fn nature(of: &pb::TraceStep) -> String {
    of.nature().as_str_name().trim_start_matches("TRACE_NATURE_").to_ascii_lowercase()
}

async fn trace((key, edition): (String, i64), shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request = clients.request(pb::TraceFigureRequest { key, edition });
    let found = clients.backoffice().trace_figure(request).await?.into_inner();
    if shared.json {
        let step = |it: &pb::TraceStep| {
            json!({
                "depth": it.depth, "nature": nature(it), "id": it.id, "title": it.title, "says": it.says,
                "context": it.context, "actor": it.actor, "at_micros": it.at_micros, "value": it.value,
                "unit": it.unit, "file_name": it.file_name, "line": it.line, "sha256": it.sha256,
            })
        };
        let steps: Vec<Value> = found.steps.iter().map(step).collect();
        return Ok(output::json(&json!({ "steps": steps, "gaps": found.gaps }))?);
    }
    for it in &found.steps {
        let indent = "  ".repeat(usize::try_from(it.depth).unwrap_or_default());
        let amount = it.value.map(|of| format!(" = {}", value(of, &it.unit))).unwrap_or_default();
        let says = if it.says.is_empty() { String::new() } else { format!(" ({})", it.says) };
        let who = if it.actor.is_empty() { String::new() } else { format!(", by {}", it.actor) };
        let file = match (it.file_name.as_str(), it.line) {
            ("", _) | (_, 0) => String::new(),
            (name, line) if it.title.ends_with(&format!(", line {line}")) => format!(" of {name}"),
            (name, line) => format!(", line {line} of {name}"),
        };
        output::line(&format!("{indent}{}: {}{file}{amount}{who}{says}", nature(it), it.title))?;
    }
    for gap in &found.gaps {
        output::line(&format!("not followed: {gap}"))?;
    }
    Ok(())
}

fn show(found: &pb::GetEditionResponse, shared: &Shared) -> Result<(), Failure> {
    let of = found.edition.clone().unwrap_or_default();
    if shared.json {
        return Ok(output::json(&json!({
            "edition": head(&of), "figures": found.figures.iter().map(figure).collect::<Vec<_>>(),
            "left_out": found.left_out,
        }))?);
    }
    output::line(&format!("{}\n", sentence(&of)))?;
    let row = |it: &pb::EditionFigure| {
        vec![it.key.clone(), shown(it), it.window.clone(), it.base.clone(), it.version.clone()]
    };
    let rows: Vec<Vec<String>> = found.figures.iter().map(row).collect();
    output::table(&["figure", "value", "window", "base", "version"], &rows)?;
    if found.left_out > 0 {
        output::line(&format!("\n{} figures are not for everybody", found.left_out))?;
    }
    Ok(())
}

fn diff(found: &pb::DiffEditionsResponse, shared: &Shared) -> Result<(), Failure> {
    let (from, to) = (found.from.clone().unwrap_or_default(), found.to.clone().unwrap_or_default());
    if shared.json {
        let change = |it: &pb::FigureChange| {
            json!({
                "before": it.before.as_ref().map(figure), "after": it.after.as_ref().map(figure),
                "why": it.why.iter().map(evidence).collect::<Vec<_>>(),
                "no_longer": it.no_longer.iter().map(evidence).collect::<Vec<_>>(),
            })
        };
        return Ok(output::json(&json!({
            "from": head(&from), "to": head(&to), "changes": found.changes.iter().map(change).collect::<Vec<_>>(),
        }))?);
    }
    output::line(&format!(
        "edition {} to edition {}: {} changes",
        from.number,
        to.number,
        found.changes.len()
    ))?;
    for it in &found.changes {
        let key = it.after.as_ref().or(it.before.as_ref()).map(|it| it.key.clone()).unwrap_or_default();
        let value = |it: &Option<pb::EditionFigure>| it.as_ref().map_or_else(|| "nothing".to_owned(), shown);
        output::line(&format!("{key}: {} became {}", value(&it.before), value(&it.after)))?;
        for why in &it.why {
            output::line(&format!("    {} {}: {}", why.kind, why.aggregate_id, why.says))?;
        }
        for gone in &it.no_longer {
            output::line(&format!("    no longer {} {}: {}", gone.kind, gone.aggregate_id, gone.says))?;
        }
    }
    Ok(())
}

fn verify(found: &pb::VerifyEditionResponse, shared: &Shared) -> Result<(), Failure> {
    let of = found.edition.clone().unwrap_or_default();
    let holds = found.holds && found.broken_at == 0;
    if shared.json {
        output::json(&json!({
            "edition": head(&of), "computed_sha256": found.computed_sha256, "holds": found.holds,
            "chain_holds": found.broken_at == 0, "broken_at": found.broken_at,
        }))?;
    } else if holds {
        output::line(&format!("edition {} is what was frozen, and so is every one before it", of.number))?;
    }
    if holds {
        return Ok(());
    }
    let at = if found.broken_at == 0 { of.number } else { found.broken_at };
    Err(Failure::Failed(muster_kit::Error::internal(format!("edition {at} is not what was frozen"))))
}

async fn export(args: ExportArgs, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let request =
        pb::ExportEditionRequest { number: args.number, format: args.format, public_only: args.public };
    let mut pieces = clients.backoffice().export_edition(clients.request(request)).await?.into_inner();
    let (mut name, mut bytes) = (String::new(), Vec::new());
    while let Some(piece) = pieces.message().await? {
        if name.is_empty() {
            name = piece.file_name;
        }
        bytes.extend_from_slice(&piece.content);
    }
    let file = match args.output {
        Some(file) if file.as_os_str() == "-" => return Ok(io::stdout().lock().write_all(&bytes)?),
        Some(file) => file,
        // a name that another node gave is a name within this folder, whatever it says
        None => Path::new(&name).file_name().map(PathBuf::from).ok_or_else(|| {
            Failure::Usage(format!("the node named the file `{name}`: give a name with --output"))
        })?,
    };
    write(&file, &bytes, args.force)?;
    if shared.json {
        return Ok(output::json(&json!({ "file": file.display().to_string(), "bytes": bytes.len() }))?);
    }
    Ok(output::line(&format!("{}: {} bytes", file.display(), bytes.len()))?)
}

/// Writes a file, and over one that is there only when told so.
fn write(file: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    let options = options.write(true).truncate(force).create(force).create_new(!force);
    let written = options.open(file).and_then(|mut open| open.write_all(bytes));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("`{}` is there already: --force writes over it", file.display()))
        }
        _ => Failure::Usage(format!("cannot write `{}`: {error}", file.display())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_over_only_when_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("update.html");
        write(&file, b"one and more", false).unwrap();
        let Err(Failure::Usage(refused)) = write(&file, b"two", false) else { panic!("written over") };
        assert!(refused.contains("--force"), "{refused}");
        assert_eq!(fs::read(&file).unwrap(), b"one and more");
        write(&file, b"two", true).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert!(write(&folder.path().join("no/folder"), b"", true).is_err());
    }
}
