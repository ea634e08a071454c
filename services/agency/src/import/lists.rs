//! Lists that a judgement needs beside the caps: sites, staff groups, rules of verdicts, frameworks, public holidays.

use muster_kit::intake::{Cell, Column, DateForm, Finding, Findings, ImportKind};

use super::{
    rates::dated,
    rules::{FROM, Line, SOURCE, TO, VERIFIED, whole},
};
use crate::domain::{
    Lists, SignOff,
    shift::{Test, VerdictRule},
    words::{Word, grade, plain},
};

/// Zones of sites.
pub(super) const SITES: ImportKind = ImportKind {
    name: "site-zones",
    summary: "high-cost zone of each site, by which its shifts are paid",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("site", "RJZ01", "site code or borough, as shift lines name it"),
        Column::required("zone", "inner", "inner, outer or fringe"),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// Groups of staff.
pub(super) const GROUPS: ImportKind = ImportKind {
    name: "staff-groups",
    summary: "words of a group of staff and the cap that it is under; the first word that stands in it counts, and a file replaces the whole list",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("word", "nursing", "a word of the group's name"),
        Column::required("class", "clinical", "clinical or non-clinical"),
        Column::required("admin_estates", "N", "Y when it is admin and estates"),
        Column::optional("source", "", "where it is from"),
        VERIFIED,
    ],
};

/// Public holidays.
pub(super) const HOLIDAYS: ImportKind = ImportKind {
    name: "holidays",
    summary: "public holidays, which are paid like Sundays",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("date", "2016-12-26", "day, YYYY-MM-DD"),
        Column::optional("name", "Boxing Day", "its name"),
        Column::optional("source", "", "where it is from"),
        VERIFIED,
    ],
};

/// Rules of verdicts.
pub(super) const RULES: ImportKind = ImportKind {
    name: "verdict-rules",
    summary: "thresholds and rules that give a shift its verdicts, with who signs it off",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required(
            "verdict",
            "over-threshold",
            "over-cap, over-50, over-threshold, off-framework, band-2-3 or admin-estates",
        ),
        Column::required(
            "test",
            "charge-at-or-above",
            "over-cap, share-over-cap, charge-above, charge-at-or-above, off-framework, grades or admin-estates",
        ),
        Column::required(
            "value",
            "100.00",
            "pounds an hour, a share from 0 to 1, or grades with semicolons; empty where the test needs none",
        ),
        Column::required("supply", "agency;bank", "whose shifts, with semicolons: agency, bank, shared-bank"),
        Column::required(
            "sign_off",
            "chief-executive",
            "override, exemption, executive-director or chief-executive",
        ),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// Lists of frameworks.
pub(super) const FRAMEWORKS: ImportKind = ImportKind {
    name: "frameworks",
    summary: "agencies on approved frameworks; used where a shift line does not say",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("agency", "MSI GROUP LTD", "agency as shift lines name it"),
        Column::required("framework", "RM6281", "framework"),
        FROM,
        SOURCE,
        TO,
        VERIFIED,
    ],
};

/// The shipped lists.
///
/// # Errors
/// Findings when a shipped file is damaged, which a test rules out.
pub fn shipped_lists() -> Result<Lists, Findings> {
    whole(|_| Vec::new()).map(|all| all.reference.lists)
}

/// Reads a row of one of these kinds.
pub(super) fn take(line: &Line<'_, '_>, lists: &mut Lists) -> Result<(), Finding> {
    match line.kind.name {
        "site-zones" => {
            let site = plain(line.cell("site").required()?);
            let zone = dated(line, |line| line.cell("zone").word(Word::WORDS))?;
            lists.sites.entry(site).or_default().push(zone);
        }
        "staff-groups" => {
            let class = line.cell("class").word(Word::WORDS)?;
            let word = plain(line.cell("word").required()?);
            lists.staff_groups.push((word, class, line.cell("admin_estates").yes()?));
        }
        "holidays" => {
            lists.holidays.insert(line.cell("date").date(&[DateForm::Iso])?);
        }
        "frameworks" => {
            line.cell("framework").required()?;
            lists.frameworks.push(dated(line, |line| Ok(plain(line.cell("agency").required()?)))?);
        }
        _ => lists.rules.push(dated(line, rule)?),
    }
    Ok(())
}

fn rule(line: &Line<'_, '_>) -> Result<VerdictRule, Finding> {
    let (test, value) = (line.cell("test"), line.cell("value"));
    let test = match test.text {
        "over-cap" => Test::OverCap,
        "off-framework" => Test::OffFramework,
        "admin-estates" => Test::AdminEstates,
        "share-over-cap" => Test::ShareOverCap(value.share_ppm()?),
        "charge-above" => Test::ChargeAbove(value.pence()?),
        "charge-at-or-above" => Test::ChargeAtOrAbove(value.pence()?),
        "grades" => Test::Grades(value.required()?.split(';').map(grade).collect()),
        _ => {
            let known = "over-cap, share-over-cap, charge-above, charge-at-or-above, off-framework, grades or admin-estates";
            return Err(test.error("unknown-word", "no test of that name", format!("write {known}")));
        }
    };
    let supply = line.cell("supply");
    let supplies: Result<Vec<_>, Finding> =
        supply.text.split(';').map(|text| Cell { text, ..supply }.word(Word::WORDS)).collect();
    Ok(VerdictRule {
        verdict: line.cell("verdict").word(Word::WORDS)?,
        test,
        supplies: supplies?,
        sign_off: line.cell("sign_off").word::<SignOff>(Word::WORDS)?,
    })
}
