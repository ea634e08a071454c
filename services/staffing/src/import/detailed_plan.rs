//! What each of the publisher's 831 columns holds, told from its name.
//!
//! Names are built as `<sex>_<family>_<finer role>_<measure>_<age band>`: `total_gp_extgl_fte`, `male_nurses_hc_55to59`,
//! `total_n_adv_nurse_prac_fte`. Two generations exist: since February 2022 the GP definitions are EXTG, EXL and EXTGL
//! (without training grades, locums, both); before they were EXRR and EXRRL (without registrars and retainers, and locums).

use muster_kit::intake::{Col, Table};

use crate::domain::{
    baseline::{AgeBand, Sex},
    role::Role,
};

/// FTE or heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// FTE.
    Fte,
    /// Heads.
    Heads,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) role: Role,
    /// Empty for the whole role.
    pub(super) detailed: String,
    pub(super) sex: Option<Sex>,
    pub(super) age_band: Option<AgeBand>,
    pub(super) measure: Measure,
}

/// Which generation of names a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    /// EXTGL.
    Since2022,
    /// EXRRL.
    Before2022,
    /// Neither: all GPs together.
    AllGps,
}

impl Generation {
    pub(super) fn of(table: &Table) -> Self {
        if table.find("total_gp_extgl_fte").is_some() {
            Self::Since2022
        } else if table.find("total_gp_exrrl_fte").is_some() {
            Self::Before2022
        } else {
            Self::AllGps
        }
    }

    /// Name of the qualified GPs in columns.
    const fn qualified(self) -> &'static str {
        match self {
            Self::Since2022 => "extgl",
            Self::Before2022 => "exrrl",
            Self::AllGps => "",
        }
    }

    /// What the GP figure counts.
    pub(super) const fn definition(self) -> &'static str {
        match self {
            Self::Since2022 => {
                "General Practice Workforce, practice level: GPs excluding training grades and locums (EXTGL)"
            }
            Self::Before2022 => {
                "General Practice Workforce, practice level: GPs excluding registrars, retainers and locums (EXRRL), \
                 methodology before February 2022"
            }
            Self::AllGps => {
                "General Practice Workforce, practice level: all GPs, as the file splits them no further"
            }
        }
    }
}

/// Columns that are read, with what they hold.
pub(super) fn plan(table: &Table) -> Vec<(Col, Slot)> {
    let generation = Generation::of(table);
    let mut seen: Vec<Slot> = Vec::new();
    let mut columns = Vec::new();
    for header in table.headers() {
        let Some((slot, column)) = slot(header, generation).zip(table.find(header)) else { continue };
        // 2013-14 files name the same total in two ways; the first wins
        if !seen.contains(&slot) {
            seen.push(slot.clone());
            columns.push((column, slot));
        }
    }
    columns
}

/// What a column of that name holds; absent for columns that are not read.
pub(super) fn slot(header: &str, generation: Generation) -> Option<Slot> {
    let name: String = header
        .to_ascii_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    // one irregular name of the 2024 files
    let name = name.replace("_trainee_dpc_", "_dpc_trainee_");
    let (sex, rest) = sex_of(&name);
    let (body, measure, age_band) = measure_of(rest)?;
    let (role, detailed) = role_of(body, generation)?;
    // finer roles are kept for both sexes and all ages together: the crossed columns are mostly zeros
    if !detailed.is_empty() && (sex.is_some() || age_band.is_some()) {
        return None;
    }
    Some(Slot { role, detailed, sex, age_band, measure })
}

fn sex_of(name: &str) -> (Option<Sex>, &str) {
    for (prefix, sex) in [("total_", None), ("male_", Some(Sex::Male)), ("female_", Some(Sex::Female))] {
        if let Some(rest) = name.strip_prefix(prefix) {
            return (sex, rest);
        }
    }
    (None, name)
}

fn measure_of(rest: &str) -> Option<(&str, Measure, Option<AgeBand>)> {
    for (mark, measure) in [("_fte", Measure::Fte), ("_hc", Measure::Heads)] {
        if let Some(body) = rest.strip_suffix(mark) {
            return Some((body, measure, None));
        }
        if let Some((body, band)) = rest.split_once(&format!("{mark}_")) {
            return Some((body, measure, Some(band.parse().ok()?)));
        }
    }
    None
}

fn role_of(body: &str, generation: Generation) -> Option<(Role, String)> {
    let finer = |text: &str| text.replace('_', "-");
    if let Some(rest) = body.strip_prefix("n_") {
        return Some((Role::Nurse, finer(rest)));
    }
    let (family, rest) = ["direct_patient_care", "nurses", "nurse", "dpc", "admin", "gp"]
        .into_iter()
        .find_map(|family| body.strip_prefix(family).map(|rest| (family, rest)))?;
    let rest = match rest.strip_prefix('_') {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return None,
    };
    let role = match family {
        "direct_patient_care" | "dpc" => Role::DirectPatientCare,
        "nurses" | "nurse" => Role::Nurse,
        "admin" => Role::Administration,
        _ => return gp_role(rest, generation),
    };
    Some((role, finer(rest)))
}

fn gp_role(rest: &str, generation: Generation) -> Option<(Role, String)> {
    if rest == generation.qualified() {
        return Some((Role::Gp, String::new()));
    }
    let role = match rest {
        "" | "extg" | "exl" | "extgl" | "exrr" | "exrrl" => return None,
        _ if rest.starts_with("trn_") || rest.starts_with("reg") => Role::GpTrainee,
        _ if rest.starts_with("locum") => Role::GpLocum,
        _ => Role::Gp,
    };
    Some((role, rest.replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("total_gp_extgl_fte", "gp  - -")]
    #[case("MALE_GP_EXTGL_HC_30to34", "gp  male 30-34")]
    #[case("total_gp_trn_gr_st3_fte", "gp-trainee trn-gr-st3 - -")]
    #[case("total_gp_locum_abs_hc", "gp-locum locum-abs - -")]
    #[case("total_nurses_hc_under25", "nurse  - under-25")]
    #[case("total_n_adv_nurse_prac_fte", "nurse adv-nurse-prac - -")]
    #[case("TOTAL_DPC_NURSE_ASSOC_FTE", "direct-patient-care nurse-assoc - -")]
    #[case("total_admin_hc_70plus", "administration  - 70-plus")]
    #[case("FEMALE_DPC_FTE", "direct-patient-care  female -")]
    fn names_since_2022(#[case] header: &str, #[case] holds: &str) {
        assert_eq!(text(slot(header, Generation::Since2022)), holds);
    }

    #[rstest]
    #[case("TOTAL_GP_EXRRL_FTE", "gp  - -")]
    #[case("TOTAL_GP_REG_ST3_4_FTE", "gp-trainee reg-st3-4 - -")]
    #[case("TOTAL_GP_REG_F1_2_HC", "gp-trainee reg-f1-2 - -")]
    #[case("DIRECT_PATIENT_CARE_FTE", "direct-patient-care  - -")]
    #[case("TOTAL_NURSE_FTE", "nurse  - -")]
    fn names_before_2022(#[case] header: &str, #[case] holds: &str) {
        assert_eq!(text(slot(header, Generation::Before2022)), holds);
    }

    #[rstest]
    #[case("total_gp_fte")]
    #[case("total_gp_fte_under30")]
    #[case("total_gp_hc_coq_uk")]
    #[case("total_gp_extgl_hc_unknown_age")]
    #[case("male_dpc_hca_hc")]
    #[case("total_patients")]
    #[case("MALE_0to4")]
    #[case("total_unknown_gender")]
    fn columns_that_are_not_read(#[case] header: &str) {
        assert_eq!(slot(header, Generation::Since2022), None);
    }

    fn text(slot: Option<Slot>) -> String {
        let slot = slot.unwrap();
        let sex = slot.sex.map_or("-", Sex::name);
        let age = slot.age_band.map_or("-".into(), |band| band.to_string());
        format!("{} {} {sex} {age}", slot.role, slot.detailed)
    }
}
