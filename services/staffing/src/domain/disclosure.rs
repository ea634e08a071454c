//! Small counts: one to four people are not shown outside their own organisation (the programme's rule on small staff counts).
//!
//! A count that is left out could be had back as the difference of a sum and the others. So nothing is left out singly: practices
//! are left out altogether, and of the levels above, a role is left out at every place of a level where it is small at one.

use std::collections::BTreeSet;

use super::{
    forecast::{Level, Row},
    role::Role,
};

/// Below so much FTE, in 1/1000, fewer than five people may stand behind a figure: nobody works more than one FTE.
pub const SMALL_MILLI: i64 = 5_000;

/// Rows that others may see, and what they may not, a sentence each.
pub fn without_small(rows: Vec<Row>) -> (Vec<Row>, Vec<String>) {
    let small =
        |row: &&Row| (1..SMALL_MILLI).contains(&row.supply.p50) || (1..SMALL_MILLI).contains(&row.supply.p10);
    let hidden: BTreeSet<(Level, Role)> = rows
        .iter()
        .filter(|row| row.level != Level::Practice)
        .filter(small)
        .map(|row| (row.level, row.role))
        .collect();
    let mut said = Vec::new();
    if rows.iter().any(|row| row.level == Level::Practice) {
        said.push("practices: fewer than five people may stand behind a figure".to_owned());
    }
    said.extend(hidden.iter().map(|(level, role)| {
        format!(
            "{} by {}: fewer than five people may stand behind one of the figures, and the rest would tell it",
            role.plural(),
            level.name()
        )
    }));
    let shown = |row: &Row| row.level != Level::Practice && !hidden.contains(&(row.level, row.role));
    (rows.into_iter().filter(shown).collect(), said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forecast::Interval;

    fn row(level: Level, node: &str, role: Role, supply: i64) -> Row {
        let same = |value: i64| Interval { p10: value, p50: value, p90: value };
        Row {
            level,
            node: node.into(),
            name: node.into(),
            role,
            year: 2021,
            supply: same(supply),
            demand: same(0),
            gap: same(0),
            shortfall_ppm: same(0),
            cost_pence: same(0),
            list: same(0),
            placeholder: false,
        }
    }

    #[test]
    fn no_small_count_can_be_had_back_from_what_is_shown() {
        let rows = vec![
            row(Level::System, "S", Role::Nurse, 24_000),
            row(Level::Pcn, "P1", Role::Nurse, 20_000),
            row(Level::Pcn, "P2", Role::Nurse, 4_000),
            row(Level::Pcn, "P1", Role::Gp, 9_000),
            row(Level::Pcn, "P2", Role::Gp, 0),
            row(Level::Practice, "G1", Role::Gp, 9_000),
        ];
        let (shown, said) = without_small(rows);
        let names: Vec<_> = shown.iter().map(|row| (&*row.node, row.role)).collect();
        // nobody at all is no small count
        assert_eq!(names, [("S", Role::Nurse), ("P1", Role::Gp), ("P2", Role::Gp)]);
        assert_eq!(said.len(), 2, "{said:?}");
    }
}
