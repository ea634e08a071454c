//! A gap taken on to the next year: what was not delivered, and what was delivered only once, comes back.

use super::{Bridge, Figure};
use crate::domain::Problem;

/// What happened in the year that lies between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roll {
    /// Name.
    pub id: String,
    /// The gap that was published for the years after, on the assumption that the plan is met recurrently.
    pub from: String,
    /// Savings planned, in pence.
    pub planned: i64,
    /// Savings delivered, in pence; where [`Roll::attested_year`] is given, what [`Bridge::attest`] made of it.
    pub delivered: i64,
    /// Of these, delivered only once, in pence.
    pub non_recurrent: i64,
    /// Financial year ending whose attested savings are what was delivered: the document says so itself, so that a figure of the whole
    /// system is never taken for one of this programme by accident.
    pub attested_year: Option<i32>,
    /// Where it stands.
    pub source: String,
}

/// The gap with which the next year opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolled<'a> {
    /// What was asked.
    pub roll: &'a Roll,
    /// The gap before.
    pub from: &'a Figure,
    /// Planned and not delivered, in pence; negative when more came than was planned.
    pub shortfall: i64,
    /// The gap after, in pence: before + shortfall + non-recurrent.
    pub opening: i64,
}

impl Bridge {
    /// Fills in what finance attested, for the gaps that say so: `of` gives pence of a financial year ending, and how much of that
    /// comes only once.
    pub fn attest(&mut self, of: impl Fn(i32) -> (i64, i64)) {
        for roll in &mut self.rolls {
            if let Some(year) = roll.attested_year {
                (roll.delivered, roll.non_recurrent) = of(year);
            }
        }
    }

    /// Takes every gap on.
    ///
    /// # Errors
    /// A figure that is not there, or more delivered once than was delivered at all.
    pub fn roll(&self) -> Result<Vec<Rolled<'_>>, Problem> {
        let rolled = |(at, roll): (usize, &'_ Roll)| {
            if !(0..=roll.delivered).contains(&roll.non_recurrent) {
                let remedy = "give the non-recurrent part of what was delivered";
                let place = format!("rolls[{at}].non_recurrent");
                return Err(Problem::new(place, "not between nothing and what was delivered", remedy));
            }
            Ok(roll.planned - roll.delivered)
        };
        self.rolls
            .iter()
            .enumerate()
            .map(|(at, roll)| {
                let shortfall = rolled((at, roll))?;
                let from = self.figure(&roll.from).ok_or_else(|| {
                    Problem::new(format!("rolls[{at}].from"), "no figure of that id", "name one of `figures`")
                        .with(&roll.from)
                })?;
                let opening = from.pence + shortfall + roll.non_recurrent;
                Ok(Rolled { roll, from, shortfall, opening })
            })
            .collect()
    }
}
