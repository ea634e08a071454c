//! Schemes out of the parts that rows say of them.

use std::collections::BTreeMap;

use muster_kit::{OrgCode, intake::Finding};

use super::{Field, Mapping, amount::amount, synonyms::month_in};
use crate::domain::{
    Month, Word,
    savings::{Category, Gate, Risk, SavingType, Scheme},
};

/// What a tracker says of a scheme: text by field, each with the line that said it first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartScheme {
    /// Name.
    pub id: String,
    /// Line on which it is named first.
    pub line: u64,
    /// What is said, in our words where a closed list is meant.
    pub said: BTreeMap<Field, (u64, String)>,
    /// First month with money in it, or the first that is there.
    pub first: Option<Month>,
}

impl PartScheme {
    /// Takes what a row says.
    ///
    /// # Errors
    /// When an earlier line said something else.
    pub(super) fn say(&mut self, field: Field, line: u64, value: &str, column: &str) -> Result<(), Finding> {
        let (before, known) = self.said.entry(field).or_insert_with(|| (line, value.to_owned()));
        if known == value {
            return Ok(());
        }
        let problem = format!("line {before} says `{known}` of the same scheme");
        Err(Finding::error("says-otherwise", problem, "let every line of a scheme say the same")
            .at(line, column, value))
    }

    /// The scheme: what the tracker says, else what is registered, else what the mapping gives.
    ///
    /// # Errors
    /// What is missing or no word known here.
    pub fn complete(&self, mapping: &Mapping, known: Option<&Scheme>) -> Result<Scheme, Finding> {
        let of = |field: Field| self.said.get(&field).map(|(_, text)| text.as_str());
        let given =
            |field: Field| mapping.defaults.get(&field).map(String::as_str).filter(|it| !it.is_empty());
        let missing = |field: Field| {
            let problem = format!("nothing says its {}", field.word());
            let remedy =
                format!("map a column to `{0}`, or give `{0}` under defaults in the mapping", field.word());
            self.error("missing-value", field, problem, remedy)
        };
        let text = |field: Field, known: Option<&String>| -> Result<String, Finding> {
            let found = of(field).map(str::to_owned).or_else(|| known.cloned());
            found.or_else(|| given(field).map(str::to_owned)).ok_or_else(|| missing(field))
        };
        let yes = |field: Field, known: Option<bool>| {
            self.word(mapping, field, known, &[("Y", true), ("N", false)])
        };
        let organisation = text(Field::Organisation, known.map(|it| &it.organisation))?;
        Ok(Scheme {
            organisation: OrgCode::new(&organisation).map(String::from).map_err(|_| {
                let remedy = "give its ODS code under words.organisation in the mapping";
                self.error("not-a-code", Field::Organisation, "not an ODS code".into(), remedy.into())
            })?,
            programme: text(Field::Programme, known.map(|it| &it.programme))?,
            title: text(Field::Title, known.map(|it| &it.title).or(Some(&self.id)))?,
            category: self.word(mapping, Field::Category, known.map(|it| it.category), Category::WORDS)?,
            kind: self.word(mapping, Field::Type, known.map(|it| it.kind), SavingType::WORDS)?,
            recurrent: yes(Field::Recurrent, known.map(|it| it.recurrent))?,
            start: self.start(mapping, known)?.ok_or_else(|| missing(Field::StartMonth))?,
            gate: self.word(mapping, Field::Gate, known.map(|it| it.gate), Gate::WORDS)?,
            risk: self.word(mapping, Field::Risk, known.map(|it| it.risk), Risk::WORDS)?,
            owner: text(Field::Owner, known.map(|it| &it.owner))?,
            one_off_cost: self.one_off_cost(mapping, known)?,
            quality_signed: yes(Field::QualitySigned, known.map(|it| it.quality_signed))?,
            over_and_above: yes(Field::OverAndAbove, known.map(|it| it.over_and_above))?,
            id: self.id.clone(),
        })
    }

    /// First month: what is said, what is registered, the first with money, or what the mapping gives.
    fn start(&self, mapping: &Mapping, known: Option<&Scheme>) -> Result<Option<Month>, Finding> {
        let said = self.said.get(&Field::StartMonth).map(|(_, text)| text);
        if let (None, Some(month)) = (said, known.map(|it| it.start).or(self.first)) {
            return Ok(Some(month));
        }
        let Some(text) = said.or_else(|| mapping.defaults.get(&Field::StartMonth)) else { return Ok(None) };
        let (problem, remedy) = ("not a month", "write it as 2017-04");
        let found = || self.error("not-a-month", Field::StartMonth, problem.into(), remedy.into());
        month_in(text).map(|it| Some(it.0)).ok_or_else(found)
    }

    /// What it costs once, in pence: what is said, else what is registered, else nothing.
    fn one_off_cost(&self, mapping: &Mapping, known: Option<&Scheme>) -> Result<i64, Finding> {
        let Some((_, text)) = self.said.get(&Field::OneOffCost) else {
            return Ok(known.map(|it| it.one_off_cost).unwrap_or_default());
        };
        let (problem, remedy) = ("not an amount", "write an amount, or leave it empty");
        let found = || self.error("not-an-amount", Field::OneOffCost, problem.into(), remedy.into());
        amount(text, mapping.unit).map(|it| it.pence).ok_or_else(found)
    }

    /// A word of a closed list.
    fn word<T: Copy>(
        &self,
        mapping: &Mapping,
        field: Field,
        known: Option<T>,
        words: &[(&str, T)],
    ) -> Result<T, Finding> {
        let said = self.said.get(&field).map(|(_, text)| text.as_str());
        if let (None, Some(known)) = (said, known) {
            return Ok(known);
        }
        let text = said.or_else(|| mapping.defaults.get(&field).map(String::as_str)).unwrap_or_default();
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, value)| *value).ok_or_else(|| {
            let list: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let remedy =
                format!("give one of {} for it under words.{} in the mapping", list.join(", "), field.word());
            self.error("unknown-word", field, "not one of the words known here".into(), remedy)
        })
    }

    /// A finding of a field, where it was said.
    fn error(&self, rule: &'static str, field: Field, problem: String, remedy: String) -> Finding {
        let (line, text) = self.said.get(&field).cloned().unwrap_or((self.line, self.id.clone()));
        Finding::error(rule, problem, remedy).at(line, field.word(), &text)
    }
}
