//! What those whom one host or firm serves gain together a year, as a game.

use super::{BusinessCase, CaseOption};
use crate::domain::{
    Problem,
    options::Choice,
    sharing::{Game, Kind, MOST_PLAYERS},
};

/// Pence in a pound: values of the game are pence.
const POUND: i64 = 100;

/// The gain of those whom one host or firm serves.
#[derive(Clone, Debug)]
pub struct Gain {
    /// Host or firm.
    pub provider: String,
    /// What each group would gain a year if only it were served.
    pub game: Game,
    /// Local cost of each, pence a year: weights of the proportional rule.
    pub weights: Vec<i64>,
}

/// Gains under an option, for every host and firm that serves at least two and at most [`MOST_PLAYERS`].
///
/// A group gains what it pays now less what it would pay if the host or firm served nobody else, never less than nothing: it may stay as
/// it is. Without the host among them there is no shared service. Costs of moving and stranded costs are not in it: it is a year
/// after everything has settled.
///
/// # Errors
/// Names that cannot be players; the reader of cases refuses them.
pub fn gains(of: &BusinessCase, option: &CaseOption) -> Result<Vec<Gain>, Problem> {
    let mut gains = Vec::new();
    for (p, provider) in of.setting.providers.iter().enumerate() {
        let served = |o: &usize| option.choices[*o] == Choice::Served(p);
        let members: Vec<usize> = (0..option.choices.len()).filter(served).collect();
        // one shares with nobody, and of more than can be computed no sharing is shown
        if !(2..=MOST_PLAYERS).contains(&members.len()) {
            continue;
        }
        let host =
            members.iter().position(|o| provider.shared && of.setting.organisations[*o].id == provider.id);
        let each: Vec<i64> = members
            .iter()
            .map(|o| of.setting.organisations[*o].local_cost.saturating_sub(of.running_cost(*o, p)))
            .collect();
        let value = |group: usize| {
            let inside = |at: &usize| group & (1 << *at) != 0;
            let hosted = host.is_none_or(|host| inside(&host));
            let sum: i64 = (0..each.len()).filter(inside).map(|at| each[at]).sum();
            if hosted { sum.saturating_sub(provider.fixed_cost).max(0) } else { 0 }
        };
        let values = (0..1_usize << members.len()).map(|group| if group == 0 { 0 } else { value(group) });
        let names = members.iter().map(|o| of.setting.organisations[*o].id.clone()).collect();
        gains.push(Gain {
            provider: provider.id.clone(),
            game: Game::new(names, Kind::Saving, values.collect(), POUND)?,
            weights: members.iter().map(|o| of.setting.organisations[*o].local_cost).collect(),
        });
    }
    Ok(gains)
}
