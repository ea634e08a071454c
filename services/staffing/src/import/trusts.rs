//! `trust-workforce`: FTE of organisations outside general practice by group of staff, as the publisher gives it.

use muster_kit::intake::{Cell, Finding, Findings, Keys, Row, Table};

use super::{Content, ReadFile, kinds::TRUST_WORKFORCE};
use crate::domain::{
    trusts::{Month, TrustCount, TrustGroup, is_published, is_trust, months},
    units::Fte,
};

/// Reads the table. Each organisation has a group of staff once a month; the sum of what is kept is the sum of the file.
pub(super) fn read(table: &Table) -> ReadFile {
    let mut findings = Findings::new(table.findings.file());
    let mut keys = Keys::default();
    let mut counts = Vec::new();
    let mut strange: Vec<String> = Vec::new();
    for row in table.rows() {
        let Some(count) = count(table, &row, &mut findings) else { continue };
        let key = format!("{} {} {}", count.month, count.organisation, count.staff_group.to_lowercase());
        if findings.keep(keys.first(&row, "Staff group", key)).is_none() {
            continue;
        }
        if !is_published(&count.staff_group) && !strange.contains(&count.staff_group) {
            strange.push(count.staff_group.clone());
            findings.push(
                Finding::note(
                    "unknown-group",
                    "no published table of groups knows it: counted, and in no forecast",
                )
                .at(row.line, "Staff group", &count.staff_group),
            );
        }
        counts.push(count);
    }
    findings.extend(table.findings.clone());
    ReadFile {
        rows_read: table.rows_read(),
        rows_kept: counts.len() as u64,
        totals: totals(&counts),
        content: Content::Trusts(counts),
        findings,
    }
}

fn totals(counts: &[TrustCount]) -> Vec<(&'static str, i64)> {
    let months = months(counts);
    let sum = |keep: &dyn Fn(&TrustCount) -> bool| -> i64 {
        counts.iter().filter(|count| keep(count)).map(|count| count.fte.milli()).sum()
    };
    let newest = months.last().copied();
    let of = |group: TrustGroup| {
        sum(&|count| {
            Some(count.month) == newest
                && is_trust(&count.organisation)
                && TrustGroup::of_publisher(&count.staff_group) == Some(group)
        })
    };
    vec![
        ("months", i64::try_from(months.len()).unwrap_or(i64::MAX)),
        ("fte_milli", sum(&|_| true)),
        ("newest_fte_milli", sum(&|count| Some(count.month) == newest)),
        ("newest_trusts_nurses_fte_milli", of(TrustGroup::Nurses)),
        ("newest_trusts_doctors_fte_milli", of(TrustGroup::Doctors)),
    ]
}

fn count(table: &Table, row: &Row<'_>, findings: &mut Findings) -> Option<TrustCount> {
    let cell = |name: &str| row.cell(table.column(&TRUST_WORKFORCE, name));
    let month = findings.keep(month(&cell("Month")));
    let organisation = findings.keep(cell("Organisation code").code());
    let name = findings.keep(cell("Organisation name").required());
    let staff_group = findings.keep(cell("Staff group").required());
    let fte = findings.keep(cell("FTE").milli());
    Some(TrustCount {
        month: month?,
        organisation: organisation?,
        name: name?.to_owned(),
        staff_group: staff_group?.to_owned(),
        fte: Fte::from_milli(fte?),
    })
}

fn month(cell: &Cell<'_>) -> Result<Month, Finding> {
    cell.required()?
        .parse()
        .map_err(|()| cell.error("not-a-month", "not a month", "write it as 2018-JUN or 2018-06"))
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;

    use super::super::{Content, read};

    const HEAD: &str = "Month,Organisation code,Organisation name,Staff group,FTE\n";

    #[test]
    fn the_published_layout_is_read_and_what_cannot_be_is_named() {
        let text = format!(
            "{HEAD}2017-SEP,RJ1,One Trust,Nurses & health visitors,4018.8\n2018-JUN,RJ1,One Trust,Unknown,11.6\n\
             2018-JUN,07N,A group,\"Scientific, therapeutic & technical staff\",6\n"
        );
        let good = read("trust-workforce", &RawFile::new("a.csv", text.into()), None).unwrap();
        let Content::Trusts(counts) = &good.content else { panic!("no counts") };
        assert_eq!((counts.len(), counts[0].month.to_string().as_str()), (3, "2017-09"));
        assert!(!good.findings.has_errors());
        let note = good.findings.by_rule("unknown-group").next().unwrap();
        assert_eq!((note.line, note.value.as_str()), (3, "Unknown"));
        assert_eq!(good.totals[1], ("fte_milli", 4_036_400));

        let bad = format!(
            "{HEAD}Sep 2017,RJ1,One,HCHS doctors,1\n2018-JUN,RJ1,One,HCHS doctors,many\n2018-JUN,RJ1,One,HCHS doctors,2\n\
             2018-06,RJ1,One,hchs doctors,2\n"
        );
        let bad = read("trust-workforce", &RawFile::new("b.csv", bad.into()), None).unwrap();
        let places: Vec<(u64, &str)> =
            bad.findings.sorted().iter().map(|of| (of.line, of.column.as_str())).collect();
        assert_eq!(places, [(2, "Month"), (3, "FTE"), (5, "Staff group")]);
        assert_eq!(bad.rows_kept, 1);
    }
}
