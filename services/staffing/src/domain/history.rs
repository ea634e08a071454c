//! History of an area: a row a year, and what the first year's ratio of filled FTE to list would need.

use std::collections::BTreeMap;

use super::{
    missing::{LastValues, MissingReturns, PracticeYear, filled_micro},
    role::Role,
    units::{Fte, Patients, divide_rounded},
};

/// One role in one year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleHistory {
    /// FTE of every code of the file as it stands there.
    pub fte: Fte,
    /// Part of it at codes without patients: codes that closed in the year linger with staff.
    pub fte_without_patients: Fte,
    /// FTE of codes with patients, missing returns filled.
    pub filled: Fte,
    /// Codes with patients that did not return.
    pub missing: u32,
    /// List times the first year's ratio of filled FTE to list.
    pub needed: Fte,
    /// Needed minus filled; positive = too few.
    pub gap: Fte,
}

/// One year of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryYear {
    /// Financial year ending.
    pub year: i32,
    /// Codes, with and without patients.
    pub practices: u32,
    /// Codes with patients.
    pub with_patients: u32,
    /// Registered list.
    pub list: Patients,
    /// GPs.
    pub gp: RoleHistory,
    /// Nurses.
    pub nurse: RoleHistory,
    /// Direct patient care FTE of all codes.
    pub direct_patient_care: Fte,
    /// Administration FTE of all codes.
    pub administration: Fte,
    /// GP trainees and locums of all codes, however the file splits them.
    pub gp_trainee_or_locum: Fte,
}

/// What one way of filling makes of the last year's staff and gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The way.
    pub how: MissingReturns,
    /// GP gap in the last year.
    pub gp_gap: Fte,
    /// Nurse gap in the last year.
    pub nurse_gap: Fte,
    /// GPs of codes with patients in the last year, filled this way.
    pub gp_filled: Fte,
    /// Nurses likewise.
    pub nurse_filled: Fte,
}

/// The first year's filled FTE and list: the ratio that need is held at.
#[derive(Clone, Copy)]
struct Ratio {
    filled_micro: i128,
    list: Patients,
}

impl Ratio {
    /// FTE needed for a list, rounded once.
    fn needed(self, list: Patients) -> Fte {
        let numerator = self.filled_micro * i128::from(list.milli());
        Fte::from_milli(divide_rounded(numerator, i128::from(self.list.milli()) * 1_000))
    }
}

/// The history of the practices given, a row a year, by year.
pub fn history(rows: &[PracticeYear], how: MissingReturns) -> Vec<HistoryYear> {
    let mut by_year: BTreeMap<i32, Vec<&PracticeYear>> = BTreeMap::new();
    for row in rows {
        by_year.entry(row.year).or_default().push(row);
    }
    let mut last = LastValues::default();
    let mut ratios: [Option<Ratio>; 2] = [None, None];
    let mut years = Vec::with_capacity(by_year.len());
    for (year, practices) in by_year {
        for practice in &practices {
            last.see(practice);
        }
        let list: Patients = practices.iter().map(|practice| practice.list).sum();
        let of_role = |role: Role, ratio: &mut Option<Ratio>| {
            let filled_micro = filled_micro(&practices, role, &last, how);
            // A year without any list cannot anchor a ratio; the first year that has one does.
            if ratio.is_none() && list.is_positive() {
                *ratio = Some(Ratio { filled_micro, list });
            }
            role_history(&practices, role, filled_micro, ratio.map_or(Fte::ZERO, |ratio| ratio.needed(list)))
        };
        let [gp_ratio, nurse_ratio] = &mut ratios;
        let gp = of_role(Role::Gp, gp_ratio);
        let nurse = of_role(Role::Nurse, nurse_ratio);
        years.push(HistoryYear {
            year,
            practices: count(practices.len()),
            with_patients: count(practices.iter().filter(|practice| practice.list.is_positive()).count()),
            list,
            gp,
            nurse,
            direct_patient_care: sum(&practices, Role::DirectPatientCare),
            administration: sum(&practices, Role::Administration),
            gp_trainee_or_locum: [Role::GpTrainee, Role::GpLocum, Role::GpTraineeOrLocum]
                .into_iter()
                .map(|role| sum(&practices, role))
                .sum(),
        });
    }
    years
}

/// The last year's gap under every way of filling, so that the effect of the choice is seen.
pub fn effects(rows: &[PracticeYear]) -> Vec<Effect> {
    MissingReturns::ALL
        .into_iter()
        .filter_map(|how| {
            let last = history(rows, how).pop()?;
            Some(Effect {
                how,
                gp_gap: last.gp.gap,
                nurse_gap: last.nurse.gap,
                gp_filled: last.gp.filled,
                nurse_filled: last.nurse.filled,
            })
        })
        .collect()
}

/// What a reader must know before quoting the rows, a sentence each.
pub fn caveats(rows: &[HistoryYear], how: MissingReturns) -> Vec<String> {
    let mut sentences = vec![
        "Practices and FTE count every code of the file; filled FTE, need and gap count codes with patients."
            .to_owned(),
        match how {
            MissingReturns::LeaveOut => "Practices that did not return count as having no staff.",
            MissingReturns::BoroughMean => {
                "Practices that did not return are filled at the FTE per patient of those of their borough that did."
            }
            MissingReturns::LastValue => {
                "Practices that did not return are filled with their last value, or at the borough mean where there is none."
            }
        }
        .to_owned(),
    ];
    if let Some(first) = rows.first() {
        sentences.push(format!(
            "Need holds the ratio of filled FTE to registered list of {} constant; it is not a judgement of what patients need.",
            first.year
        ));
    }
    let without: Vec<String> = rows
        .iter()
        .filter(|row| row.practices != row.with_patients)
        .map(|row| format!("{} in {}", row.practices - row.with_patients, row.year))
        .collect();
    if !without.is_empty() {
        sentences.push(format!(
            "Codes that closed in the year linger without patients but with staff: {}.",
            without.join(", ")
        ));
    }
    sentences
}

fn role_history(practices: &[&PracticeYear], role: Role, filled_micro: i128, needed: Fte) -> RoleHistory {
    let filled = Fte::from_milli(divide_rounded(filled_micro, 1_000));
    RoleHistory {
        fte: sum(practices, role),
        fte_without_patients: practices
            .iter()
            .filter(|practice| !practice.list.is_positive())
            .filter_map(|practice| practice.fte[role])
            .sum(),
        filled,
        missing: count(practices.iter().filter(|practice| practice.is_missing(role)).count()),
        needed,
        gap: needed - filled,
    }
}

fn sum(practices: &[&PracticeYear], role: Role) -> Fte {
    practices.iter().filter_map(|practice| practice.fte[role]).sum()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::ByRole;

    fn row(practice: &str, year: i32, list: i64, gp: Option<i64>) -> PracticeYear {
        let mut fte = ByRole::default();
        fte[Role::Gp] = gp.map(Fte::from_milli);
        fte[Role::Nurse] = Some(Fte::ZERO);
        let borough = practice[..1].to_owned();
        PracticeYear { practice: practice.into(), year, borough, list: Patients::from_milli(list), fte }
    }

    fn rows() -> Vec<PracticeYear> {
        vec![
            row("A1", 2016, 6_000_000, Some(3_000)),
            row("A2", 2016, 4_000_000, None),
            row("B1", 2016, 5_000_000, Some(1_000)),
            row("A1", 2017, 6_000_000, None),
            row("A2", 2017, 5_000_000, Some(2_000)),
            row("B1", 2017, 5_500_000, Some(1_000)),
            row("B2", 2017, 0, Some(500)),
        ]
    }

    #[test]
    fn the_borough_mean_fills_what_did_not_return() {
        let years = history(&rows(), MissingReturns::BoroughMean);
        let gp = years[0].gp;
        // A2: 4,000 patients at 3.0 FTE per 6,000.
        assert_eq!((gp.fte.milli(), gp.filled.milli(), gp.missing), (4_000, 6_000, 1));
        let gp = years[1].gp;
        assert_eq!(gp.fte.milli(), 3_500);
        assert_eq!(gp.fte_without_patients.milli(), 500);
        // A1 at 2.0 per 5,000; the code without patients does not count.
        assert_eq!(gp.filled.milli(), 2_000 + 1_000 + 2_400);
        assert_eq!(gp.needed.milli(), 6_600);
        assert_eq!(gp.gap.milli(), 1_200);
    }

    #[test]
    fn the_choice_of_fill_is_shown() {
        let effects = effects(&rows());
        let gaps: Vec<i64> = effects.iter().map(|effect| effect.gp_gap.milli()).collect();
        // Left out: need 4,000 x 16.5/15 against 3,000. Last value: need 6,600 against 3,000 + A1's 3,000 of 2016.
        assert_eq!(gaps, [1_400, 1_200, 600]);
        let filled: Vec<i64> = effects.iter().map(|effect| effect.gp_filled.milli()).collect();
        assert_eq!(filled, [3_000, 5_400, 6_000]);
    }

    #[test]
    fn a_borough_without_returns_takes_the_area() {
        let years = history(
            &[row("A1", 2016, 4_000_000, Some(2_000)), row("B1", 2016, 2_000_000, None)],
            MissingReturns::default(),
        );
        assert_eq!(years[0].gp.filled.milli(), 3_000);
    }
}
