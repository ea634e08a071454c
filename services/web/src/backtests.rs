//! Backtests that pages show, kept for a while: working one out takes from half a second to a minute.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use muster_kit::{Action, ErrorCode, Resource, Result, authz};
use muster_proto::staffing::v1 as staffing;

use crate::{calls::Caller, store::activity};

/// The longest that a page waits for a backtest.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// How long a backtest is kept when nothing is heard of its inputs: events of other organisations are not.
const KEPT_FOR: Duration = Duration::from_mins(10);

/// Backtests kept at most; they are small, and the areas that readers look at few.
const MOST_KEPT: usize = 32;

/// How a backtest was found.
pub(crate) enum Found {
    /// With scores.
    Scored(Arc<Scored>),
    /// There are no three years in a row; these there are.
    TooFewYears(Vec<i32>),
    /// It takes longer than a page waits. The years of the area, where these came in time.
    TooSlow(Vec<i32>),
}

/// Scores, and the years of the area.
pub(crate) struct Scored {
    pub(crate) years: Vec<i32>,
    pub(crate) result: staffing::BacktestResult,
}

/// Organisation, area in lower case, and year to forecast from.
type Key = (String, String, Option<i32>);

/// A backtest in the making or kept. Whoever asks for the same while it is made waits for it.
type Slot = Arc<tokio::sync::Mutex<Option<Kept>>>;

struct Kept {
    scored: Arc<Scored>,
    /// Events about its inputs that were known before it was made.
    told: u64,
    at: Instant,
}

impl Kept {
    fn holds(&self, told: u64, now: Instant) -> bool {
        self.told >= told && now.duration_since(self.at) < KEPT_FOR
    }
}

/// The backtests of this process.
#[derive(Default)]
pub(crate) struct Backtests {
    slots: Mutex<HashMap<Key, Slot>>,
}

impl Backtests {
    /// A backtest of an area from one year, or from all that the data allow: a kept one, or a new one.
    ///
    /// # Errors
    /// Forbidden; bad request when nothing can be scored from that year; what the services say.
    pub(crate) async fn find(&self, caller: &Caller<'_>, area: &str, origin: Option<i32>) -> Result<Found> {
        // the service asks too, but what is kept does not come from there
        let deps = caller.deps;
        let baseline = Resource::new("baseline", area);
        authz::permit(&deps.db, &*deps.authorizer, caller.actor, Action::Read, baseline).await?;
        // outside of what the deadline drops
        let mut years = Vec::new();
        let found = self.kept_or_new(caller, (area, origin), &mut years);
        match tokio::time::timeout(DEADLINE, found).await {
            Err(_) => Ok(Found::TooSlow(years)),
            Ok(Err(error)) if error.code() == ErrorCode::Timeout => Ok(Found::TooSlow(years)),
            Ok(found) => found,
        }
    }

    async fn kept_or_new(
        &self,
        caller: &Caller<'_>,
        (area, origin): (&str, Option<i32>),
        years: &mut Vec<i32>,
    ) -> Result<Found> {
        // asked before the figures: an event that comes in between makes what is kept look older than it is, not newer
        let told = activity::inputs_told(&caller.deps.db, &caller.actor.scope()).await?;
        let slot = self.slot((caller.actor.organisation.to_string(), area.to_lowercase(), origin));
        let mut slot = slot.lock().await;
        if let Some(kept) = slot.as_ref().filter(|kept| kept.holds(told, Instant::now())) {
            return Ok(Found::Scored(kept.scored.clone()));
        }
        let history = caller.history(area, staffing::MissingReturns::BoroughMean).await?;
        *years = history.map(|history| history.rows.iter().map(|row| row.year).collect()).unwrap_or_default();
        if years.is_empty() || (origin.is_none() && origins(years).is_empty()) {
            return Ok(Found::TooFewYears(years.clone()));
        }
        let result = caller.backtest(area, origin).await?;
        let scored = Arc::new(Scored { years: years.clone(), result });
        *slot = Some(Kept { scored: scored.clone(), told, at: Instant::now() });
        Ok(Found::Scored(scored))
    }

    fn slot(&self, key: Key) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST_KEPT && !slots.contains_key(&key) {
            slots.clear();
        }
        slots.entry(key).or_default().clone()
    }
}

/// Years that a forecast can be scored from: one before them to learn from, one after them to compare with.
pub(crate) fn origins(years: &[i32]) -> Vec<i32> {
    years.iter().copied().filter(|year| years.contains(&(year - 1)) && years.contains(&(year + 1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_holds_for_ten_minutes_or_until_its_inputs_change() {
        let at = Instant::now();
        let scored = Arc::new(Scored { years: Vec::new(), result: staffing::BacktestResult::default() });
        let kept = Kept { scored, told: 7, at };
        assert!(kept.holds(7, at) && kept.holds(7, at + Duration::from_secs(599)));
        assert!(!kept.holds(7, at + Duration::from_mins(10)), "too old");
        assert!(!kept.holds(8, at), "an event came");
        assert!(kept.holds(6, at), "asked before the event that it was made after");
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let backtests = Backtests::default();
        for number in 0..100 {
            backtests.slot(("QKK".into(), format!("area {number}"), None));
        }
        assert!(backtests.slots.lock().unwrap().len() <= MOST_KEPT);
    }

    #[test]
    fn an_origin_has_a_year_before_and_a_year_after() {
        assert_eq!(origins(&[2016, 2017, 2018, 2020, 2021]), [2017]);
        assert!(origins(&[2016, 2018, 2021]).is_empty());
    }
}
