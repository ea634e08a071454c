//! The document of `muster finance bridge`.

use muster_kit::intake::{Column, Findings, ImportKind, RawFile};

use super::{At, document::parse};
use crate::domain::{
    Problem, Word,
    bridge::{Bridge, Derivation, Figure, Recurrence, Roll, Step, Way, Window},
};

/// The published figures of the South East London programme: the shipped example.
pub const BRIDGE_EXAMPLE: &str = include_str!("../../data/bridge-example.json");

/// A bridge as a file.
pub const BRIDGE: ImportKind = ImportKind {
    name: "bridge",
    summary: "an affordability bridge as a JSON document; importing it publishes it",
    publisher: "muster",
    header: false,
    columns: &[Column::required(
        "document",
        BRIDGE_EXAMPLE,
        "title, unit, figures, derivations, comparisons and rolls; `--template bridge` prints the shipped example",
    )],
};

/// Reads the file of a bridge.
///
/// # Errors
/// The finding that refuses it.
pub fn read_bridge_file(file: &RawFile) -> Result<(String, BridgeDocument), Findings> {
    super::document::of_file(file, |text| {
        let document = read_bridge(text)?;
        // what cannot be worked out is not published
        document.bridge.derive()?;
        document.bridge.roll()?;
        if document.bridge.title.is_empty() {
            let remedy = "add `title`: bridges are known by it";
            return Err(Problem::new("document", "`title` is missing", remedy));
        }
        Ok(document)
    })
}

/// Largest amount in pence: ten million million pounds.
const MOST: i64 = 1_000_000_000_000_000;

/// In what amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Pounds.
    Pounds,
    /// Thousands of pounds.
    Thousands,
    /// Millions of pounds.
    Millions,
}

impl Word for Unit {
    const WORDS: &'static [(&'static str, Self)] =
        &[("pounds", Self::Pounds), ("thousands", Self::Thousands), ("millions", Self::Millions)];
}

impl Unit {
    /// Decimals of an amount in this unit, to the penny.
    pub fn places(self) -> usize {
        match self {
            Self::Pounds => 2,
            Self::Thousands => 5,
            Self::Millions => 8,
        }
    }
}

/// A bridge with the unit that its document speaks in.
#[derive(Clone, Debug)]
pub struct BridgeDocument {
    /// Unit of amounts.
    pub unit: Unit,
    /// The bridge.
    pub bridge: Bridge,
}

/// Reads a document.
///
/// # Errors
/// The first problem, with its place, the value there and what helps.
pub fn read_bridge(text: &str) -> Result<BridgeDocument, Problem> {
    let value = parse(text)?;
    let root = At::root(&value);
    root.only(&["title", "unit", "printed_to", "figures", "derivations", "comparisons", "rolls"])?;
    let unit: Unit = root.need("unit")?.word()?;
    let printed_to = root.get("printed_to")?.map_or(Ok(1), |at| at.number_in(unit.places(), 1, MOST))?;
    let reader = Reader { unit, printed_to };
    let mut figures: Vec<Figure> = Vec::new();
    for at in root.need("figures")?.list()? {
        let figure = reader.figure(&at)?;
        if figures.iter().any(|other| other.id == figure.id) {
            return Err(at.need("id")?.problem("the id stands twice", "give every figure its own"));
        }
        figures.push(figure);
    }
    let mut bridge = Bridge {
        title: root.text_of("title")?,
        figures,
        derivations: Vec::new(),
        comparisons: Vec::new(),
        rolls: Vec::new(),
    };
    for at in root.list_of("derivations")? {
        bridge.derivations.push(reader.derivation(&at, &bridge)?);
    }
    for at in root.list_of("comparisons")? {
        bridge.comparisons.push(pair(&at, &bridge)?);
    }
    for at in root.list_of("rolls")? {
        bridge.rolls.push(reader.roll(&at)?);
    }
    Ok(BridgeDocument { unit, bridge })
}

fn pair(at: &At<'_>, bridge: &Bridge) -> Result<(String, String), Problem> {
    match at.list()?.as_slice() {
        [one, other] => {
            for id in [one, other] {
                if bridge.figure(id.text()?).is_none() {
                    return Err(id.problem("no figure of that id", "name one of `figures`"));
                }
            }
            Ok((one.text()?.to_owned(), other.text()?.to_owned()))
        }
        _ => Err(at.problem("is no pair", "write two ids: [\"one\", \"other\"]")),
    }
}

struct Reader {
    unit: Unit,
    printed_to: i64,
}

impl Reader {
    fn amount(&self, at: &At<'_>) -> Result<i64, Problem> {
        at.number_in(self.unit.places(), -MOST, MOST)
    }

    fn figure(&self, at: &At<'_>) -> Result<Figure, Problem> {
        at.only(&[
            "id",
            "title",
            "amount",
            "printed_to",
            "window",
            "base",
            "outturn",
            "scope",
            "recurrence",
            "version",
            "source",
        ])?;
        let text = |key: &str| at.need(key)?.text().map(str::to_owned);
        let window = at.need("window")?;
        let places = self.unit.places();
        Ok(Figure {
            id: text("id")?,
            title: text("title")?,
            pence: self.amount(&at.need("amount")?)?,
            printed_to: at
                .get("printed_to")?
                .map_or(Ok(self.printed_to), |at| at.number_in(places, 1, MOST))?,
            window: Window::read(window.text()?).ok_or_else(|| {
                window.problem("is no window", "write financial years: 2017/18-2020/21, or 2020/21")
            })?,
            base: at.get("base")?.map_or(Ok("not stated"), |at| at.text())?.to_owned(),
            outturn: at.need("outturn")?.word()?,
            scope: text("scope")?,
            recurrence: at.get("recurrence")?.map_or(Ok(Recurrence::NotStated), |at| at.word())?,
            version: text("version")?,
            source: text("source")?,
        })
    }

    fn derivation(&self, at: &At<'_>, bridge: &Bridge) -> Result<Derivation, Problem> {
        at.only(&["id", "to", "ways", "note"])?;
        let way = |at: &At<'_>| {
            at.only(&["from", "steps"])?;
            let steps: Result<Vec<Step>, Problem> =
                at.need("steps")?.list()?.iter().map(|step| self.step(step, bridge)).collect();
            let from = at.get("from")?.map(|at| at.text().map(str::to_owned)).transpose()?;
            Ok(Way { from, steps: steps? })
        };
        Ok(Derivation {
            id: at.need("id")?.text()?.to_owned(),
            to: at.need("to")?.text()?.to_owned(),
            ways: at.need("ways")?.list()?.iter().map(way).collect::<Result<_, Problem>>()?,
            note: at.text_of("note")?,
        })
    }

    /// A step has an amount of its own, or is a figure that is added or, with `minus`, taken away.
    fn step(&self, at: &At<'_>, bridge: &Bridge) -> Result<Step, Problem> {
        at.only(&["title", "amount", "plus", "minus", "nature", "explains", "source"])?;
        let explains = at.list_of("explains")?.iter().map(At::word).collect::<Result<_, _>>()?;
        let nature = at.need("nature")?.word()?;
        let given = ["amount", "plus", "minus"].map(|key| at.get(key));
        let [amount, plus, minus] = given;
        let (figure, pence) = match (amount?, plus?, minus?) {
            (Some(amount), None, None) => (None, self.amount(&amount)?),
            (None, Some(id), None) => (Some(id), 1),
            (None, None, Some(id)) => (Some(id), -1),
            _ => {
                return Err(
                    at.problem("is no step", "give one of `amount`, `plus` or `minus` (ids of figures)")
                );
            }
        };
        let Some(id) = figure else {
            let (title, source) =
                (at.need("title")?.text()?.to_owned(), at.need("source")?.text()?.to_owned());
            return Ok(Step { title, pence, figure: None, nature, explains, source });
        };
        let figure = bridge.figure(id.text()?).ok_or_else(|| {
            id.problem("no figure of that id", "name one of `figures`, or give an `amount`")
        })?;
        let or =
            |key: &str, default: &str| at.get(key)?.map_or(Ok(default), |at| at.text()).map(str::to_owned);
        Ok(Step {
            title: or("title", &figure.title)?,
            pence: pence * figure.pence,
            figure: Some(figure.id.clone()),
            nature,
            explains,
            source: or("source", &figure.source)?,
        })
    }

    fn roll(&self, at: &At<'_>) -> Result<Roll, Problem> {
        at.only(&["id", "from", "planned", "delivered", "non_recurrent", "attested_year", "source"])?;
        let text = |key: &str| at.need(key)?.text().map(str::to_owned);
        let attested_year = match at.get("attested_year")? {
            None => None,
            Some(year) => {
                let remedy = "leave `delivered` and `non_recurrent` out: finance attests them";
                if let Some(given) = at.get("delivered")?.or(at.get("non_recurrent")?) {
                    return Err(given.problem("what was delivered is said twice", remedy));
                }
                i32::try_from(year.number_in(0, 1990, 2100)?).ok()
            }
        };
        let amount = |key: &str| match attested_year {
            Some(_) => Ok(0),
            None => self.amount(&at.need(key)?),
        };
        Ok(Roll {
            id: text("id")?,
            from: text("from")?,
            planned: self.amount(&at.need("planned")?)?,
            delivered: amount("delivered")?,
            non_recurrent: amount("non_recurrent")?,
            attested_year,
            source: text("source")?,
        })
    }
}
