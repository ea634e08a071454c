//! What was really paid for the lots of an award, against what was paid before and what the award says.

use std::collections::BTreeMap;

use super::ratio::Ratio;

/// What the award says of a lot for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// What one unit of the lot cost before, in 1/100 pence; nothing = it was not bought before.
    pub baseline: Option<i64>,
    /// What one unit costs by the award, in 1/100 pence.
    pub award: i64,
    /// Who supplies it now.
    pub supplier: String,
}

/// A purchase of a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Month, `YYYY-MM`.
    pub month: String,
    /// Id of the lot.
    pub lot: String,
    /// Of whom, as suppliers are recognised.
    pub supplier: String,
    /// Units of the lot, in 1/1000; below zero when they were sent back.
    pub quantity: i64,
    /// Pence.
    pub pence: i64,
}

/// A month of a lot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// Units of the lot, in 1/1000.
    pub quantity: i64,
    /// At the baseline, in pence; nothing = no baseline.
    pub baseline: Option<i64>,
    /// At the award, in pence.
    pub award: i64,
    /// Paid, in pence.
    pub paid: i64,
    /// Of that, to others than the awarded supplier, in pence.
    pub off_award: i64,
    /// Units that were bought of others, in 1/1000; they keep no pledge.
    pub off_award_quantity: i64,
}

/// Months of lots. Lots that the award does not name are left out.
pub fn months(grounds: &BTreeMap<String, Ground>, paid: &[Paid]) -> BTreeMap<(String, String), Month> {
    let mut months: BTreeMap<(String, String), Month> = BTreeMap::new();
    for one in paid {
        let Some(ground) = grounds.get(&one.lot) else { continue };
        let month = months.entry((one.month.clone(), one.lot.clone())).or_default();
        month.quantity += one.quantity;
        month.paid += one.pence;
        if one.supplier != ground.supplier {
            month.off_award += one.pence;
            month.off_award_quantity += one.quantity;
        }
    }
    for ((_, lot), month) in &mut months {
        let Some(ground) = grounds.get(lot) else { continue };
        // rounded once, of the quantity of the whole month
        month.baseline = ground.baseline.map(|price| cost(price, month.quantity));
        month.award = cost(ground.award, month.quantity);
    }
    months
}

/// Pence of a quantity in 1/1000 at a price in 1/100 pence, rounded half away from zero.
pub fn cost(price: i64, quantity: i64) -> i64 {
    Ratio::new(i128::from(price) * i128::from(quantity), 100_000).map_or(0, |it| it.rounded(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_priced_three_times_and_what_went_elsewhere_is_told() {
        let ground = |baseline| Ground { baseline, award: 40_000, supplier: "A LTD".into() };
        let grounds =
            [("gloves".to_owned(), ground(Some(50_000))), ("swabs".to_owned(), ground(None))].into();
        let paid = |lot: &str, supplier: &str, quantity: i64, pence: i64| Paid {
            month: "2020-05".into(),
            lot: lot.into(),
            supplier: supplier.into(),
            quantity: quantity * 1_000,
            pence,
        };
        let found = months(
            &grounds,
            &[
                paid("gloves", "A LTD", 10, 4_000),
                paid("gloves", "B LTD", 2, 1_100),
                paid("gloves", "A LTD", -1, -400),
                paid("swabs", "A LTD", 1, 400),
                paid("drips", "A LTD", 1, 400),
            ],
        );
        let month = &found[&("2020-05".to_owned(), "gloves".to_owned())];
        let expected = Month {
            quantity: 11_000,
            baseline: Some(5_500),
            award: 4_400,
            paid: 4_700,
            off_award: 1_100,
            off_award_quantity: 2_000,
        };
        assert_eq!(month, &expected);
        assert_eq!(found[&("2020-05".to_owned(), "swabs".to_owned())].baseline, None);
        assert_eq!(found.len(), 2);
    }
}
