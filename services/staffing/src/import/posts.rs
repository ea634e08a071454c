//! `posts`: who works where, a joint post in several parts.

use std::collections::BTreeMap;

use muster_kit::intake::{Cell, DateForm, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, kinds::POSTS, snapshot::role};
use crate::domain::posts::{PostPart, check_post, in_force, totals};

/// Reads the table. A post whose shares do not make a whole on every day is refused with all its parts.
pub(super) fn read(table: &Table) -> ReadFile {
    let mut findings = Findings::new(table.findings.file());
    let mut keys = Keys::default();
    let mut posts: BTreeMap<String, (u64, Vec<PostPart>)> = BTreeMap::new();
    for row in table.rows() {
        let Some(part) = part(table, &row, &mut findings) else { continue };
        let key = format!("{} {} {}", part.post_ref, part.works_at, part.valid_from);
        if findings.keep(keys.first(&row, "post_ref", key)).is_some() {
            posts.entry(part.post_ref.clone()).or_insert_with(|| (row.line, Vec::new())).1.push(part);
        }
    }
    let mut parts = Vec::new();
    for (post, (line, of_post)) in posts {
        match check_post(&of_post.iter().collect::<Vec<_>>()) {
            Ok(()) => parts.extend(of_post),
            Err(problem) => findings.push(
                Finding::error("post-not-whole", problem.to_string(), "mend the parts of the post together")
                    .at(line, "post_ref", &post),
            ),
        }
    }
    findings.extend(table.findings.clone());
    let newest = parts.iter().map(|part| part.valid_from).max();
    let (heads, fte) = newest.map(|date| totals(&in_force(&parts, date))).unwrap_or_default();
    ReadFile {
        rows_read: table.rows_read(),
        rows_kept: parts.len() as u64,
        totals: vec![
            ("posts_parts", i64::try_from(parts.len()).unwrap_or(i64::MAX)),
            ("newest_heads", i64::try_from(heads).unwrap_or(i64::MAX)),
            ("newest_fte_milli", fte.milli()),
        ],
        content: Content::Posts(parts),
        findings,
    }
}

fn part(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<PostPart> {
    let cell = |name: &str| row.cell(table.column(&POSTS, name));
    let post_ref = findings.keep(cell("post_ref").required());
    let person_ref = findings.keep(cell("person_ref").required());
    let role = findings.keep(role(&cell("role")));
    let employer = findings.keep(cell("employer").code());
    let works_at = findings.keep(cell("works_at").code());
    let share_ppm = findings.keep(cell("share").share_ppm());
    let hours_week = findings.keep(hours(&cell("hours_week")));
    let hours_standard = findings.keep(hours(&cell("hours_standard")));
    let valid_from = findings.keep(cell("valid_from").date(&[DateForm::Iso]));
    let valid_to = findings.keep(cell("valid_to").optional(|cell| cell.date(&[DateForm::Iso])));
    let part = PostPart {
        post_ref: post_ref?.to_owned(),
        person_ref: person_ref?.to_owned(),
        role: role?,
        employer: employer?,
        works_at: works_at?,
        share_ppm: share_ppm?,
        hours_week_milli: hours_week?,
        hours_standard_milli: hours_standard?,
        valid_from: valid_from?,
        valid_to: valid_to?,
    };
    if part.valid_to.is_some_and(|end| end < part.valid_from) {
        findings.push(cell("valid_to").error(
            "ends-before-it-begins",
            "before `valid_from`",
            "mend one of the two dates",
        ));
        return None;
    }
    Some(part)
}

fn hours(cell: &Cell<'_>) -> Result<i64, Finding> {
    let hours = cell.milli()?;
    if (1..=168_000).contains(&hours) {
        Ok(hours)
    } else {
        Err(cell.error(
            "out-of-range",
            "not hours of a week",
            "write hours above 0 and up to 168, for instance 37.5",
        ))
    }
}
