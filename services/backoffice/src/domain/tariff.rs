//! What the members of a shared service pay: a fixed share and a price for what they use, settled each quarter.
//!
//! Cost of a two-part tariff falls where it arises, and who leaves does not leave its fixed cost to the others at once.

use std::collections::BTreeMap;

use super::{
    Month, Problem,
    figure::{divide, rounded_to_total},
};

/// Months of a quarter.
const QUARTER: i32 = 3;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// ODS code.
    pub organisation: String,
    /// Weight of its share of the fixed cost, in ppm; shares need not add up to one.
    pub share: i64,
    /// First month in which it is no member any more.
    pub left: Option<Month>,
    /// Units of the driver planned for the quarter, in 1/1000.
    pub planned: i64,
    /// Units used, in 1/1000.
    pub used: i64,
}

/// A quarter of a shared service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarter {
    /// The service; empty where the document gives none.
    pub service: String,
    /// First month.
    pub start: Month,
    /// Months for which a leaver still pays its share of the fixed cost.
    pub stranded_months: i32,
    /// Fixed cost that was budgeted, in pence.
    pub fixed: i64,
    /// Price of a unit of the driver in advance, in 1/100 pence.
    pub price: i64,
    /// What the fixed part really cost, in pence.
    pub actual_fixed: i64,
    /// What the rest really cost, in pence.
    pub actual_running: i64,
    /// Members, and those who left.
    pub members: Vec<Member>,
}

/// What a member pays, in pence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// In advance: share of the budgeted fixed cost.
    pub advance_fixed: i64,
    /// In advance: planned units at the price.
    pub advance_running: i64,
    /// Share of what the fixed part really cost.
    pub actual_fixed: i64,
    /// Of that, for months after it left.
    pub stranded: i64,
    /// Share of the rest by units used.
    pub actual_running: i64,
    /// What is still to be paid; negative when it gets money back.
    pub true_up: i64,
}

impl Quarter {
    /// What every member pays. The actual parts add up to the actual cost to the penny, and so do advance and true-up together.
    ///
    /// # Errors
    /// A month in which nobody carries the fixed cost, units used by who left before, or running cost without units.
    pub fn settle(&self) -> Result<BTreeMap<String, Bill>, Problem> {
        self.check()?;
        let mut bills: Vec<Bill> = vec![Bill::default(); self.members.len()];
        for at in 0..QUARTER {
            let month = self.start.plus(at);
            // a third of the quarter's cost, the odd pence in the first months
            let part = |cost: i64| (cost + i64::from(QUARTER - 1 - at)).div_euclid(i64::from(QUARTER));
            let weights: Vec<i64> = self.members.iter().map(|member| self.weight(member, month)).collect();
            let (budget, actual) =
                (split(part(self.fixed), &weights), split(part(self.actual_fixed), &weights));
            let (Some(budget), Some(actual)) = (budget, actual) else {
                let remedy = "keep a member, or lengthen the months that leavers pay";
                return Err(Problem::new("members", "nobody carries the fixed cost", remedy).with(month));
            };
            for (place, bill) in bills.iter_mut().enumerate() {
                bill.advance_fixed += budget[place];
                bill.actual_fixed += actual[place];
                if self.members[place].left.is_some_and(|left| left <= month) {
                    bill.stranded += actual[place];
                }
            }
        }
        let used: Vec<i64> = self.members.iter().map(|member| member.used).collect();
        let running = match split(self.actual_running, &used) {
            Some(running) => running,
            None if self.actual_running == 0 => vec![0; used.len()],
            None => {
                let remedy = "give the units that members used, or add the cost to the fixed part";
                return Err(Problem::new("actual.running_cost", "nobody used anything", remedy)
                    .with(super::figure::pounds(self.actual_running)));
            }
        };
        for ((member, bill), running) in self.members.iter().zip(&mut bills).zip(running) {
            let planned = i128::from(member.planned) * i128::from(self.price);
            bill.advance_running = i64::try_from(divide(planned, 100_000)).unwrap_or(i64::MAX);
            bill.actual_running = running;
            bill.true_up = bill.actual_fixed + running - bill.advance_fixed - bill.advance_running;
        }
        Ok(self.members.iter().map(|member| member.organisation.clone()).zip(bills).collect())
    }

    /// Weight of a member for the fixed cost of a month: nothing once the months after its leaving are over.
    fn weight(&self, member: &Member, month: Month) -> i64 {
        let over = member.left.is_some_and(|left| month.since(left) >= self.stranded_months);
        if over { 0 } else { member.share }
    }

    fn check(&self) -> Result<(), Problem> {
        for (at, member) in self.members.iter().enumerate() {
            let place = |field: &str| format!("members[{at}].{field}");
            if member.left.is_some_and(|left| left <= self.start) && (member.used > 0 || member.planned > 0) {
                let remedy = "leave units out for who left before the quarter, or mend the month";
                return Err(Problem::new(
                    place("left"),
                    "left before the quarter and uses the service",
                    remedy,
                )
                .with(&member.organisation));
            }
            if self.members[..at].iter().any(|other| other.organisation == member.organisation) {
                return Err(Problem::new(place("organisation"), "stands twice", "name every member once")
                    .with(&member.organisation));
            }
        }
        Ok(())
    }
}

/// Pence by weights, to the penny; nothing when no weight is above zero.
fn split(pence: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let all: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    let part = |weight: &i64| i128::from(pence) * i128::from(*weight);
    (all > 0).then(|| rounded_to_total(&weights.iter().map(part).collect::<Vec<_>>(), all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn april() -> Month {
        Month::new(2018, 4).expect("a month")
    }

    fn member(organisation: &str, share: i64, planned: i64, used: i64) -> Member {
        Member { organisation: organisation.into(), share, left: None, planned, used }
    }

    fn quarter(members: Vec<Member>) -> Quarter {
        Quarter {
            service: "payroll".into(),
            start: april(),
            stranded_months: 2,
            fixed: 300_000,
            price: 400,
            actual_fixed: 330_000,
            actual_running: 90_000,
            members,
        }
    }

    #[test]
    fn a_quarter_is_settled_against_what_it_cost() {
        let it = quarter(vec![
            member("A", 600_000, 10_000_000, 12_000_000),
            member("B", 400_000, 10_000_000, 6_000_000),
        ]);
        let bills = it.settle().expect("a settlement");
        // A: 3,000 x 60% and 10,000 units at 4p; then 3,300 x 60% and two thirds of 900
        let want = Bill {
            advance_fixed: 180_000,
            advance_running: 40_000,
            actual_fixed: 198_000,
            stranded: 0,
            actual_running: 60_000,
            true_up: 38_000,
        };
        assert_eq!(bills["A"], want);
        assert_eq!(bills["B"].true_up, 132_000 + 30_000 - 120_000 - 40_000);
    }

    #[test]
    fn a_leaver_carries_its_fixed_cost_for_the_months_agreed() {
        let mut it = quarter(vec![member("A", 500_000, 0, 1_000), member("B", 500_000, 0, 0)]);
        it.members[1].left = Some(april());
        let bills = it.settle().expect("a settlement");
        // two of three months
        assert_eq!(
            (bills["B"].stranded, bills["B"].actual_fixed, bills["A"].actual_fixed),
            (110_000, 110_000, 220_000)
        );
        it.stranded_months = 0;
        assert_eq!(it.settle().expect("a settlement")["B"], Bill::default());
        it.members.remove(0);
        assert!(it.settle().expect_err("nobody").to_string().contains("nobody carries the fixed cost"));
    }

    proptest! {
        #[test]
        fn what_is_paid_is_what_it_cost(
            members in prop::collection::vec((1_i64..999_999, 0_i64..9_999_999, 1_i64..9_999_999, prop::option::of(1_i32..5)), 1..9),
            costs in (0_i64..99_999_999, -9_999_999_i64..99_999_999, 0_i64..99_999_999),
        ) {
            let members = members.into_iter().enumerate().map(|(at, (share, planned, used, left))| Member {
                left: left.map(|months| april().plus(months)),
                ..member(&format!("M{at}"), share, planned, used)
            });
            let mut it = quarter(members.collect());
            it.stranded_months = 9;
            (it.fixed, it.actual_fixed, it.actual_running) = costs;
            let bills = it.settle().expect("a settlement");
            let sum = |pick: fn(&Bill) -> i64| bills.values().map(pick).sum::<i64>();
            prop_assert_eq!(sum(|bill| bill.actual_fixed + bill.actual_running), it.actual_fixed + it.actual_running);
            prop_assert_eq!(sum(|bill| bill.advance_fixed), it.fixed);
            prop_assert_eq!(
                sum(|bill| bill.advance_fixed + bill.advance_running + bill.true_up),
                it.actual_fixed + it.actual_running
            );
        }
    }
}
