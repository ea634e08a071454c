//! Spend by supplier, organisation, expense type and month. Sums of its cells are those of its lines, to the penny.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::supplier::Suppliers;

/// A line of spend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Who paid.
    pub organisation: String,
    /// Day of payment.
    pub on: Date,
    /// What for.
    pub expense_type: String,
    /// Who was paid, as the ledger has it.
    pub supplier: String,
    /// Pence; negative when money came back.
    pub pence: i64,
}

/// Where a cell stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Id of the supplier.
    pub supplier: String,
    /// Who paid.
    pub organisation: String,
    /// What for.
    pub expense_type: String,
    /// First day of the month.
    pub month: Date,
}

/// A side of the cube.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who was paid.
    Supplier,
    /// Who paid.
    Organisation,
    /// What for.
    ExpenseType,
    /// When.
    Month,
}

/// Pence and lines of a cell or a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Pence.
    pub pence: i128,
    /// Lines.
    pub lines: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.pence += other.pence;
        self.lines += other.lines;
    }
}

/// The cube.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cube {
    /// Its cells.
    pub cells: BTreeMap<Cell, Sum>,
}

impl Cube {
    /// The cube of lines, with suppliers as they were recognised.
    pub fn new(lines: &[Spend], suppliers: &Suppliers) -> Self {
        let mut cube = Self::default();
        for line in lines {
            let cell = Cell {
                supplier: suppliers.id(&line.supplier).unwrap_or(&line.supplier).to_owned(),
                organisation: line.organisation.clone(),
                expense_type: line.expense_type.clone(),
                month: line.on.first_of_month(),
            };
            cube.cells.entry(cell).or_default().add(Sum { pence: line.pence.into(), lines: 1 });
        }
        cube
    }

    /// The sum of all cells.
    pub fn total(&self) -> Sum {
        let mut total = Sum::default();
        self.cells.values().for_each(|sum| total.add(*sum));
        total
    }

    /// Sums along some sides, in the order of these.
    pub fn by(&self, sides: &[Side]) -> BTreeMap<Vec<String>, Sum> {
        let mut sums: BTreeMap<Vec<String>, Sum> = BTreeMap::new();
        for (cell, sum) in &self.cells {
            let side = |side: &Side| match side {
                Side::Supplier => cell.supplier.clone(),
                Side::Organisation => cell.organisation.clone(),
                Side::ExpenseType => cell.expense_type.clone(),
                Side::Month => cell.month.strftime("%Y-%m").to_string(),
            };
            sums.entry(sides.iter().map(side).collect()).or_default().add(*sum);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_sum_is_that_of_the_lines(lines in prop::collection::vec((0_usize..4, 0_usize..3, 1_i8..13, -9_000_000_i64..9_000_000), 0..60)) {
            let names = ["A LTD", "A LIMITED", "A", "B PLC"];
            let lines: Vec<Spend> = lines.into_iter().map(|(supplier, organisation, month, pence)| Spend {
                organisation: ["RJ1", "RJ2", "RJZ"][organisation].into(),
                on: date(2020, month, 15),
                expense_type: "gloves".into(),
                supplier: names[supplier].into(),
                pence,
            }).collect();
            let suppliers = Suppliers::recognise(lines.iter().map(|line| line.supplier.as_str()), &[]);
            let cube = Cube::new(&lines, &suppliers);
            let total: i128 = lines.iter().map(|line| i128::from(line.pence)).sum();
            prop_assert_eq!(cube.total(), Sum { pence: total, lines: lines.len() as u64 });
            for sides in [&[Side::Supplier][..], &[Side::Month, Side::Organisation], &[]] {
                let sums = cube.by(sides);
                prop_assert_eq!(sums.values().map(|sum| sum.pence).sum::<i128>(), total);
                prop_assert!(sides != [Side::Supplier] || sums.len() <= 2);
            }
        }
    }
}
