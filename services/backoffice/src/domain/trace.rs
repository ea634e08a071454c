//! What made a figure: the figures that it is made of, and the events, decisions, rows and files behind them, as steps in which each is
//! followed by what it rests on.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{claim::Evidence, edition::EditionFigure};

/// Steps of a trace at most.
pub const MOST_STEPS: usize = 5_000;

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A figure.
    Figure,
    /// An event.
    Event,
    /// What a person decided.
    Decision,
    /// A rule that was applied.
    Rule,
    /// A line of a file.
    Line,
    /// A file.
    File,
}

/// A step of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How far from the figure asked for.
    pub depth: u32,
    /// What it is.
    pub nature: Nature,
    /// Key of the figure, id of the event, the claim or the import.
    pub id: String,
    /// What it is, in a clause.
    pub title: String,
    /// More of it; may be empty.
    pub says: String,
    /// Context.
    pub context: String,
    /// Who: an actor id; may be empty.
    pub actor: String,
    /// When, microseconds UTC; 0 = not known.
    pub at: i64,
    /// Value and unit of a figure.
    pub value: Option<(i64, String)>,
    /// Name of the file.
    pub file_name: String,
    /// Line in it; 0 = the file as a whole.
    pub line: i64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A file that was imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The import.
    pub import_id: String,
    /// Its name.
    pub name: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Who imported it.
    pub actor: String,
    /// When, microseconds UTC.
    pub at: i64,
}

/// A line of a file that an event says nothing of, and that is behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    /// What it is: `shift S-1` ...
    pub title: String,
    /// What of it counts.
    pub says: String,
    /// The import that brought it.
    pub import_id: String,
    /// Line in its file; 0 = not known.
    pub line: i64,
}

/// An event as the log has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Id.
    pub id: String,
    /// Type, aggregate, and its version.
    pub name: (String, String, i64),
    /// When, microseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// Id of what caused it; may be empty.
    pub cause: String,
    /// Files that it says it is from.
    pub files: Vec<File>,
    /// Lines behind it, the first of them.
    pub lines: Vec<Behind>,
}

/// What is known of the things that figures rest on.
#[derive(Clone, Debug, Default)]
pub struct Known {
    events: HashMap<String, Told>,
    names: HashMap<(String, String, i64), String>,
    files: HashMap<String, File>,
}

impl Known {
    /// Adds an event.
    pub fn event(&mut self, told: Told) {
        self.files.extend(told.files.iter().map(|file| (file.import_id.clone(), file.clone())));
        self.names.insert(told.name.clone(), told.id.clone());
        self.events.insert(told.id.clone(), told);
    }

    /// Adds a file.
    pub fn file(&mut self, file: File) {
        self.files.insert(file.import_id.clone(), file);
    }

    /// Is the file of an import known?
    pub fn has_file(&self, import_id: &str) -> bool {
        self.files.contains_key(import_id)
    }

    fn of(&self, evidence: &Evidence) -> Option<&Told> {
        let name = (evidence.kind.clone(), evidence.aggregate_id.clone(), evidence.version);
        let by_name = || self.names.get(&name).and_then(|id| self.events.get(id));
        self.events.get(&evidence.event_id).or_else(by_name)
    }
}

/// Figures that one is made of, itself among them.
pub fn behind<'a>(figures: &'a BTreeMap<String, EditionFigure>, key: &str) -> Vec<&'a EditionFigure> {
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::new(), vec![key.to_owned()]);
    while let Some(key) = open.pop() {
        if found.len() >= MOST_STEPS || !seen.insert(key.clone()) {
            continue;
        }
        if let Some(figure) = figures.get(&key) {
            open.extend(figure.made_of.iter().cloned());
            found.push(figure);
        }
    }
    found
}

/// Steps of a figure, and what could not be followed.
pub fn trace(
    figures: &BTreeMap<String, EditionFigure>,
    key: &str,
    known: &Known,
    rules: &[&str],
) -> (Vec<Step>, Vec<String>) {
    let mut walk = Walk {
        figures,
        known,
        rules,
        steps: Vec::new(),
        gaps: BTreeSet::new(),
        figures_seen: BTreeSet::new(),
        events_seen: BTreeSet::new(),
    };
    walk.figure(key, 0);
    (walk.steps, walk.gaps.into_iter().collect())
}

struct Walk<'a> {
    figures: &'a BTreeMap<String, EditionFigure>,
    known: &'a Known,
    rules: &'a [&'a str],
    steps: Vec<Step>,
    gaps: BTreeSet<String>,
    figures_seen: BTreeSet<String>,
    events_seen: BTreeSet<String>,
}

/// What a step says where its own steps stand further up.
const ABOVE: &str = "what it rests on stands further up";

impl Walk<'_> {
    fn full(&mut self) -> bool {
        let full = self.steps.len() >= MOST_STEPS;
        if full {
            self.gaps
                .insert(format!("the trace was cut after {MOST_STEPS} steps: ask for one of its figures"));
        }
        full
    }

    fn figure(&mut self, key: &str, depth: u32) {
        if self.full() {
            return;
        }
        let Some(figure) = self.figures.get(key) else {
            self.gaps.insert(format!("`{key}` is no figure of this edition"));
            return;
        };
        let again = !self.figures_seen.insert(key.to_owned());
        let mut says = figure.source.clone();
        if again && !(figure.made_of.is_empty() && figure.evidence.is_empty()) {
            ABOVE.clone_into(&mut says);
        }
        let of = Step {
            value: Some((figure.value, figure.unit.clone())),
            context: figure.context.clone(),
            ..step(depth, Nature::Figure, key, &format!("{}, {}", figure.title, figure.window))
        };
        self.steps.push(Step { says, ..of });
        if again {
            return;
        }
        for part in &figure.made_of {
            self.figure(part, depth + 1);
        }
        for evidence in &figure.evidence {
            self.evidence(evidence, depth + 1, &figure.context);
        }
    }

    fn evidence(&mut self, of: &Evidence, depth: u32, context: &str) {
        if self.full() {
            return;
        }
        if of.event_id.is_empty() && (of.version == 0 || of.line > 0) {
            self.line(of, depth, context);
        } else if let Some(told) = self.known.of(of) {
            self.event(told, depth, &of.says);
        } else if of.decided() {
            let of_it = step(depth, Nature::Decision, &of.aggregate_id, &of.says);
            self.steps.push(Step { at: of.occurred_at, context: context.to_owned(), ..of_it });
        } else {
            let title = format!("{} of {}, version {}", kind(&of.kind), of.aggregate_id, of.version);
            self.gaps.insert(format!("{title} is not in the log any more, or not yet"));
            let of_it = step(depth, Nature::Event, &of.event_id, &title);
            self.steps.push(Step {
                says: of.says.clone(),
                at: of.occurred_at,
                context: context_of(&of.kind),
                ..of_it
            });
        }
    }

    fn line(&mut self, of: &Evidence, depth: u32, context: &str) {
        let file = self.known.files.get(&of.aggregate_id).cloned();
        if file.is_none() {
            self.gaps.insert(format!("import {} is not known any more", of.aggregate_id));
        }
        let nature = if self.rules.contains(&of.kind.as_str()) { Nature::Rule } else { Nature::Line };
        let file = file.unwrap_or_default();
        let title = if of.line > 0 { format!("{}, line {}", of.kind, of.line) } else { of.kind.clone() };
        let of_it = step(depth, nature, &of.aggregate_id, &title);
        self.steps.push(Step {
            says: of.says.clone(),
            context: context.to_owned(),
            at: of.occurred_at,
            line: of.line,
            file_name: file.name.clone(),
            sha256: file.sha256.clone(),
            ..of_it
        });
        if !file.import_id.is_empty() {
            self.file(&file, depth + 1, context);
        }
    }

    fn file(&mut self, of: &File, depth: u32, context: &str) {
        let of_it = step(depth, Nature::File, &of.import_id, &format!("imported file {}", of.name));
        self.steps.push(Step {
            context: context.to_owned(),
            actor: of.actor.clone(),
            at: of.at,
            file_name: of.name.clone(),
            sha256: of.sha256.clone(),
            ..of_it
        });
    }

    fn event(&mut self, told: &Told, depth: u32, says: &str) {
        if self.full() {
            return;
        }
        let (type_name, aggregate, version) = &told.name;
        let context = context_of(type_name);
        let again = !self.events_seen.insert(told.id.clone());
        let title = format!("{} of {aggregate}, version {version}", kind(type_name));
        let of_it = step(depth, Nature::Event, &told.id, &title);
        let says = if again && says.is_empty() { ABOVE.to_owned() } else { says.to_owned() };
        self.steps.push(Step {
            says,
            context: context.clone(),
            actor: told.actor.clone(),
            at: told.at,
            ..of_it
        });
        if again {
            return;
        }
        for line in &told.lines {
            let file = self.known.files.get(&line.import_id).cloned().unwrap_or_default();
            let of_it = step(depth + 1, Nature::Line, &line.import_id, &line.title);
            self.steps.push(Step {
                says: line.says.clone(),
                context: context.clone(),
                line: line.line,
                file_name: file.name.clone(),
                sha256: file.sha256.clone(),
                ..of_it
            });
        }
        let of_lines: BTreeSet<&str> = told.lines.iter().map(|line| line.import_id.as_str()).collect();
        let named = told.files.iter().map(|file| file.import_id.as_str());
        for import_id in of_lines.into_iter().chain(named).collect::<BTreeSet<_>>() {
            if let Some(file) = self.known.files.get(import_id).cloned() {
                self.file(&file, depth + 1, &context);
            }
        }
        if let Some(cause) = self.known.events.get(&told.cause) {
            self.event(cause, depth + 1, "");
        }
    }
}

fn step(depth: u32, nature: Nature, id: &str, title: &str) -> Step {
    Step {
        depth,
        nature,
        id: id.to_owned(),
        title: title.to_owned(),
        says: String::new(),
        context: String::new(),
        actor: String::new(),
        at: 0,
        value: None,
        file_name: String::new(),
        line: 0,
        sha256: String::new(),
    }
}

/// `agency.spend.posted` of `muster.agency.spend.posted.v1`.
fn kind(type_name: &str) -> &str {
    let short = type_name.strip_prefix("muster.").unwrap_or(type_name);
    short.rsplit_once(".v").map_or(short, |(short, _)| short)
}

fn context_of(type_name: &str) -> String {
    kind(type_name).split('.').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
