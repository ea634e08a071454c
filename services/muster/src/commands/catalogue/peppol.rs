//! `muster catalogue peppol write|read|respond`

use std::{collections::BTreeSet, fs, io::Write, path::PathBuf};

use clap::{Args, Subcommand};
use jiff::{Zoned, civil::Date};
use muster_catalogue::{
    domain::{gs1::Gtin, item::Item, offer::Offer, ratio::decimal, unit::Quantity, validity::Validity},
    import::{
        self,
        ubl::{
            self, CatalogueRead, Heading, Identifier, Party, Response, read_catalogue, read_response, reject,
            respond, write_catalogue, write_response,
        },
    },
};
use muster_kit::{
    Error,
    intake::{Finding, Findings, RawFile},
};
use serde_json::{Value, json};

use super::{
    asked::exported,
    files::{self, StockOptions},
};
use crate::{cli::Shared, commands::import::read_file, connect::Clients, exit::Failure, output};

#[derive(Subcommand, Debug)]
pub(crate) enum PeppolCommand {
    /// Write items and offers of a supplier as a catalogue (T19): those of files, or the own ones of the node
    Write(Box<WriteArgs>),
    /// Read a catalogue (T19) or a response (T58): lines taken and refused, items and offers
    Read(ReadArgs),
    /// Answer a catalogue: lines taken, and every refused line with its rule and place, as a response (T58)
    Respond(RespondArgs),
}

#[derive(Args, Debug)]
pub(crate) struct WriteArgs {
    /// Items and offers, CSV (also .gz) or XLSX [default: the own items and offers of the node]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only items of this supplier [default: there is one supplier]
    #[arg(long, value_name = "NAME")]
    supplier: Option<String>,
    /// Only offers to this organisation and to ALL, and of the node only its items [default: every offer]
    #[arg(long, value_name = "ORG")]
    organisation: Option<String>,
    /// Only offers under this contract [default: the offers are of one contract, or of none]
    #[arg(long, value_name = "ID")]
    contract: Option<String>,
    /// Identifier of the catalogue
    #[arg(long, value_name = "ID")]
    id: String,
    /// Its version
    #[arg(long, value_name = "TEXT")]
    version_id: Option<String>,
    /// Day of issue [default: today]
    #[arg(long, value_name = "DATE")]
    issued: Option<Date>,
    /// First day that it holds
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day that it holds
    #[arg(long, value_name = "DATE", required_unless_present = "from")]
    to: Option<Date>,
    /// Electronic address and legal name of who sends it: 0088:9436465792104=Example Ltd
    #[arg(long, value_name = "SCHEME:ID=NAME", value_parser = party)]
    provider: Party,
    /// Electronic address and legal name of who receives it
    #[arg(long, value_name = "SCHEME:ID=NAME", value_parser = party)]
    receiver: Party,
    /// File to write to [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Go on with the good rows of files of which others are refused
    #[arg(long)]
    keep_good_rows: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ReadArgs {
    /// XML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whom the offers are for, by ODS code
    #[arg(long, value_name = "ORG", default_value = "ALL")]
    organisation: String,
    /// End with 0 although lines were refused
    #[arg(long)]
    keep_good_rows: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RespondArgs {
    /// The catalogue, XML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Identifier of the response
    #[arg(long, value_name = "ID")]
    id: String,
    /// Day of issue [default: today]
    #[arg(long, value_name = "DATE")]
    issued: Option<Date>,
    /// File to write to [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn party(text: &str) -> Result<Party, String> {
    let read = text.split_once('=').and_then(|(address, name)| Some((address.split_once(':')?, name)));
    let Some(((scheme, id), name)) = read.filter(|(_, name)| !name.trim().is_empty()) else {
        return Err("write it as 0088:9436465792104=Example Ltd".to_owned());
    };
    Ok(Party {
        endpoint: Some(Identifier { scheme: Some(scheme.to_owned()), value: id.to_owned() }),
        legal_name: Some(name.trim().to_owned()),
        ..Party::default()
    })
}

impl PeppolCommand {
    /// Does it work on files alone?
    pub(super) fn is_of_files(&self) -> bool {
        !matches!(self, Self::Write(args) if args.files.is_empty())
    }
}

/// Runs a command that asks a node.
pub(super) async fn ask(command: &PeppolCommand, clients: &Clients) -> Result<(), Failure> {
    let PeppolCommand::Write(args) = command else { return Ok(()) };
    let file = async |kind: &str| -> Result<RawFile, Failure> {
        // records of ALL are a supplier's own and are wanted too, so the organisation is no limit of what is read
        Ok(RawFile::new(format!("the node's {kind}"), exported(clients, (kind, "csv"), "").await?))
    };
    let (items, offers) = (file("items").await?, file("offers").await?);
    let items = import::read_items(&items).map_err(|findings| refused(&findings))?;
    let offers = import::read_offers(&offers).map_err(|findings| refused(&findings))?;
    if items.rows.is_empty() {
        return Err(Failure::Usage(
            "the node has no own items: `muster import items FILE` brings them in".to_owned(),
        ));
    }
    let (items, offers) = own(args, items.rows, offers.rows);
    let keepers: BTreeSet<&str> =
        items.iter().map(|item| item.organisation.as_str()).filter(|it| *it != "ALL").collect();
    if keepers.len() > 1 {
        let keepers: Vec<&str> = keepers.into_iter().collect();
        let problem =
            format!("the node keeps items of {}: say whose with --organisation", keepers.join(", "));
        return Err(Failure::Usage(problem));
    }
    if offers.is_empty() {
        let problem = "no offer of these items holds in the period of the catalogue: it has no prices";
        let finding = Finding::warning("no-offer", problem, "look at the days of --from and --to");
        files::say(&Findings::of("the node's offers", finding));
    }
    written(args, items, offers)
}

/// What of the node's records the catalogue is about: offers that hold while it holds, for as long as both do.
fn own(args: &WriteArgs, items: Vec<Item>, offers: Vec<Offer>) -> (Vec<Item>, Vec<Offer>) {
    let of = |supplier: &String| args.supplier.as_ref().is_none_or(|wanted| wanted == supplier);
    let keeps =
        |keeper: &str| args.organisation.as_ref().is_none_or(|wanted| [wanted, "ALL"].contains(&keeper));
    let items = items.into_iter().filter(|item| of(&item.supplier) && keeps(&item.organisation));
    let period = Validity { from: args.from, to: args.to };
    let offers = offers.into_iter().filter_map(|offer| {
        let valid = offer.valid.and(period)?;
        Some(Offer { valid: if offer.valid.is_within(period) { offer.valid } else { valid }, ..offer })
    });
    (items.collect(), offers.collect())
}

/// Runs the command.
pub(super) fn run(command: &PeppolCommand, shared: &Shared) -> Result<(), Failure> {
    match command {
        PeppolCommand::Write(args) => write(args),
        PeppolCommand::Read(args) => read(args, shared),
        PeppolCommand::Respond(args) => answer(args),
    }
}

fn today() -> Date {
    Zoned::now().date()
}

fn give(bytes: &[u8], out: Option<&PathBuf>) -> Result<(), Failure> {
    match out {
        Some(path) => fs::write(path, bytes)?,
        None => std::io::stdout().lock().write_all(bytes)?,
    }
    Ok(())
}

fn refused(findings: &Findings) -> Failure {
    files::say(findings);
    Failure::Refused
}

fn write(args: &WriteArgs) -> Result<(), Failure> {
    let options = StockOptions { month: None, organisation: "ALL", keep_good_rows: args.keep_good_rows };
    let (items, offers) = files::stock(&args.files, &options)?.into_offers();
    written(args, items, offers)
}

/// Writes what is wanted of items and offers.
fn written(args: &WriteArgs, items: Vec<Item>, offers: Vec<Offer>) -> Result<(), Failure> {
    let of = |supplier: &String| args.supplier.as_ref().is_none_or(|wanted| wanted == supplier);
    let to = |buyer: &str| args.organisation.as_ref().is_none_or(|wanted| [wanted, "ALL"].contains(&buyer));
    let items: Vec<Item> = items.into_iter().filter(|item| of(&item.supplier)).collect();
    let under = |contract: &Option<String>| args.contract.is_none() || *contract == args.contract;
    let wanted = |offer: &Offer| of(&offer.supplier) && to(&offer.organisation) && under(&offer.contract);
    let offers: Vec<Offer> = offers.into_iter().filter(wanted).collect();
    let heading = Heading {
        id: args.id.clone(),
        version: args.version_id.clone(),
        issued: args.issued.unwrap_or_else(today),
        valid: Validity { from: args.from, to: args.to },
        provider: args.provider.clone(),
        receiver: args.receiver.clone(),
    };
    let catalogue = ubl::catalogue(heading, &items, &offers)
        .map_err(|finding| refused(&Findings::of("catalogue", *finding)))?;
    let bytes = write_catalogue(&catalogue)?;
    // what is sent must pass the rules that it will be judged by
    let read = read_catalogue("the catalogue to write", &bytes).map_err(|findings| refused(&findings))?;
    if read.findings.has_errors() {
        return Err(refused(&read.findings));
    }
    give(&bytes, args.out.as_ref())
}

fn read(args: &ReadArgs, shared: &Shared) -> Result<(), Failure> {
    let (name, bytes) = read_file(&args.file)?;
    let read = match read_catalogue(&name, &bytes) {
        Ok(read) => read,
        Err(findings) if findings.by_rule("another-kind-of-file").next().is_some() => {
            return response(&read_response(&name, &bytes).map_err(|findings| refused(&findings))?, shared);
        }
        Err(findings) => {
            if shared.json {
                output::json(&json!({ "refused_whole": true, "findings": files::findings(&findings) }))?;
            }
            return Err(refused(&findings));
        }
    };
    files::say(&read.findings);
    let (taken, found) = ubl::offers(&read.catalogue, &args.organisation.to_ascii_uppercase());
    let mut asked = Findings::new(&name);
    for finding in found {
        asked.push(finding);
    }
    files::say(&asked);
    if shared.json {
        let items: Vec<Value> = taken.iter().map(|line| item(&line.item)).collect();
        let offers: Vec<Value> =
            taken.iter().flat_map(|line| line.offers.iter().map(|it| offer(it, line.withdrawn))).collect();
        output::json(&document(&read, &items, &offers, &asked))?;
    } else {
        let lines = (read.catalogue.lines.len(), read.refused.len(), taken.len());
        let offers: usize = taken.iter().map(|line| line.offers.len()).sum();
        let text = format!(
            "catalogue {}: {} lines taken, {} refused; {} items, {offers} offers",
            read.catalogue.id, lines.0, lines.1, lines.2
        );
        output::line(&text)?;
    }
    let failed = read.findings.has_errors() || asked.has_errors();
    if failed && !args.keep_good_rows { Err(Failure::Refused) } else { Ok(()) }
}

fn document(read: &CatalogueRead, items: &[Value], offers: &[Value], asked: &Findings) -> Value {
    let catalogue = &read.catalogue;
    let refused: Vec<Value> = read
        .refused
        .iter()
        .map(|line| json!({ "id": line.id, "findings": line.findings.iter().map(files::finding).collect::<Vec<_>>() }))
        .collect();
    json!({
        "id": catalogue.id, "version": catalogue.version, "issued": catalogue.issued.to_string(),
        "action": catalogue.action.map(ubl::Action::code), "valid_from": files::day(catalogue.valid.from),
        "valid_to": files::day(catalogue.valid.to), "contract": catalogue.contract, "refused_whole": false,
        "lines": catalogue.lines.len(), "refused": refused, "items": items, "offers": offers,
        "findings": files::findings(&read.findings), "conversion": files::findings(asked),
    })
}

fn shown(quantity: Quantity) -> Value {
    json!({ "quantity": decimal(quantity.milli, 3, 0), "unit": quantity.unit.code() })
}

fn item(item: &Item) -> Value {
    json!({
        "item_ref": item.reference, "organisation": item.organisation, "supplier": item.supplier,
        "description": item.description, "supplier_code": item.supplier_code, "manufacturer": item.manufacturer,
        "manufacturer_code": item.manufacturer_code, "gtin": item.gtin.as_ref().map(Gtin::as_str),
        "class_scheme": item.class.as_ref().map(|it| it.scheme.word()),
        "class_code": item.class.as_ref().map(|it| &it.code), "orderable_unit": item.pack.orderable.code(),
        "pack_size": item.pack.pack_size, "content": item.pack.content.map(shown),
    })
}

fn offer(offer: &Offer, withdrawn: bool) -> Value {
    json!({
        "item_ref": offer.item, "organisation": offer.organisation, "supplier": offer.supplier,
        "price": decimal(offer.price, 4, 2), "per_quantity": decimal(offer.per_quantity, 3, 0),
        "unit": offer.unit.code(), "min_quantity": decimal(offer.min_quantity, 3, 0),
        "max_quantity": offer.max_quantity.map(|it| decimal(it, 3, 0)), "valid_from": files::day(offer.valid.from),
        "valid_to": files::day(offer.valid.to), "lead_days": offer.lead_days, "contract": offer.contract,
        "withdrawn": withdrawn,
    })
}

fn response(response: &Response, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        let refusal = |it: &ubl::Refusal| json!({ "line": it.line, "rule": it.rule, "xpath": it.xpath, "text": it.text });
        return Ok(output::json(&json!({
            "response": response.id, "issued": response.issued.to_string(), "answer": response.answer.code(),
            "catalogue": response.catalogue, "version": response.version, "notes": response.notes,
            "refused": response.refusals.iter().map(refusal).collect::<Vec<_>>(),
        }))?);
    }
    output::line(&format!("catalogue {}: {}", response.catalogue, response.answer.code()))?;
    for refusal in &response.refusals {
        output::line(&format!(
            "line {}: {} at {}: {}",
            refusal.line, refusal.rule, refusal.xpath, refusal.text
        ))?;
    }
    Ok(())
}

fn answer(args: &RespondArgs) -> Result<(), Failure> {
    let (name, bytes) = read_file(&args.file)?;
    let issued = args.issued.unwrap_or_else(today);
    let response = match read_catalogue(&name, &bytes) {
        Ok(read) => {
            files::say(&read.findings);
            respond(&read, &args.id, issued)
        }
        Err(findings) => {
            files::say(&findings);
            reject(&bytes, &findings, &args.id, issued).ok_or(Failure::Refused)?
        }
    };
    let bytes =
        write_response(&response).map_err(|error| Error::internal(format!("cannot write: {error}")))?;
    give(&bytes, args.out.as_ref())
}
