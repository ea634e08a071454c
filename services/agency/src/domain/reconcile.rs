//! Published caps beside the formula, cell by cell.

use super::{
    dated::Dated,
    rulebook::{CapQuery, Rate, Rulebook, cell_class},
    words::{RateKind, Unit},
};

/// A cell that the formula does not give, or cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The cell.
    pub cell: Dated<Rate>,
    /// What the formula gives, pence an hour; none when a rule is missing.
    pub computed: Option<i64>,
    /// The formula with its figures, or which rule is missing.
    pub remark: String,
}

/// Every cell of the caps, counted, and those that disagree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Cells looked at.
    pub cells: usize,
    /// Cells that are exactly as the formula says.
    pub agree: usize,
    /// The others.
    pub disagreements: Vec<Disagreement>,
}

/// Compares every cap of the rate cards, on its first day, with the formula.
pub fn reconcile(rules: &Rulebook) -> Reconciliation {
    let mut all = Reconciliation::default();
    for cell in
        rules.rates.iter().filter(|row| row.value.kind == RateKind::Cap && row.value.unit == Unit::Hour)
    {
        let rate = &cell.value;
        let query = CapQuery {
            grade: rate.grade.as_str().into(),
            on: cell.from,
            zone: rate.zone,
            band: rate.band,
            class: cell_class(&rate.card),
        };
        all.cells += 1;
        let (computed, remark) = match rules.computed(&query) {
            Ok(cap) if cap.pence == rate.pence => {
                all.agree += 1;
                continue;
            }
            Ok(cap) => (Some(cap.pence), cap.formula),
            Err(gap) => (None, gap.to_string()),
        };
        all.disagreements.push(Disagreement { cell: cell.clone(), computed, remark });
    }
    all
}
