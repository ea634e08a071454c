//! The publisher's individual-level file: a row a person and contract, by sub-ICB location; added up on reading.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::intake::{Findings, RawFile, Row, Table};

use super::{
    ReadFile, counts,
    gather::{Gather, Months, bare_place},
    marker::{fte, is_absent},
    tall::staff_group,
};
use crate::domain::{
    baseline::{AgeBand, Count, INDIVIDUALS, Sex},
    role::Role,
    units::Fte,
};

/// What people are added up by. Nothing personal is kept: ids serve to count heads and are then forgotten.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    date: Date,
    place: String,
    role: Role,
    detailed: String,
    sex: Option<Sex>,
    age_band: Option<AgeBand>,
    estimated: bool,
}

#[derive(Default)]
struct Sum {
    fte: Option<Fte>,
    people: BTreeSet<String>,
}

impl Sum {
    fn add(&mut self, fte: Option<Fte>, person: &str) {
        if let Some(fte) = fte {
            *self.fte.get_or_insert_default() += fte;
        }
        self.people.insert(person.to_owned());
    }
}

/// Reads the file.
pub(super) fn read(file: &RawFile, table: &Table, year: Option<i32>) -> Result<ReadFile, Findings> {
    let months = Months::of(file, table)?;
    let mut findings = Findings::new(&file.name);
    let mut groups: BTreeMap<Group, Sum> = BTreeMap::new();
    let mut kept = 0;
    for row in table.rows() {
        let Some((group, fte, person)) = line(table, &row, &months, &mut findings) else { continue };
        // the whole role, then the age and sex in it, then the finer role: three cuts of the same people
        let whole =
            Group { detailed: String::new(), sex: None, age_band: None, estimated: false, ..group.clone() };
        let by_age = Group { sex: group.sex, age_band: group.age_band, ..whole.clone() };
        let finer = Group { detailed: group.detailed.clone(), estimated: group.estimated, ..whole.clone() };
        let mut cuts = vec![whole, by_age, finer];
        cuts.dedup();
        for cut in cuts {
            groups.entry(cut).or_default().add(fte, &person);
        }
        kept += 1;
    }
    let mut gather = Gather::default();
    for (group, sum) in groups {
        let set = gather.set(group.date, year, INDIVIDUALS);
        if set.places.last().is_none_or(|place| place.place != group.place) {
            set.places.push(bare_place(&group.place));
        }
        let mut count = Count::of_role(&group.place, group.role);
        count.detailed_role = group.detailed;
        (count.sex, count.age_band, count.estimated) = (group.sex, group.age_band, group.estimated);
        count.fte = sum.fte;
        count.heads = i64::try_from(sum.people.len()).ok();
        set.counts.push(count);
    }
    Ok(counts(table, gather.finish(), kept, findings))
}

fn line(
    table: &Table,
    row: &Row<'_>,
    months: &Months,
    findings: &mut Findings,
) -> Option<(Group, Option<Fte>, String)> {
    let cell = |name: &str| row.cell(table.find(name));
    let date = findings.keep(months.of_row(row));
    let place = findings.keep(cell("sub_icb_code").code());
    let detailed = cell("detailed_staff_role").text.to_owned();
    let role = findings.keep(staff_group(&cell("staff_group"), &detailed));
    let fte = findings.keep(fte(&cell("fte")));
    let person = findings.keep(cell("unique_identifier").required());
    let age = cell("age_band");
    // a year of age where there is one; the band holds what is left
    let single = cell("age_years").text.parse::<u8>().ok().filter(|age| (15..=100).contains(age));
    let age_band = if let Some(age) = single {
        Some(Some(AgeBand { from: age, to: Some(age) }))
    } else if is_absent(&age) || age.text.eq_ignore_ascii_case("unknown") {
        Some(None)
    } else {
        let read = age.text.parse::<AgeBand>().map(Some);
        findings.keep(read.map_err(|_| {
            age.error("not-an-age-band", "not an age band", "write it as 30-34, 65 and over, or Unknown")
        }))
    };
    let group = Group {
        date: date?,
        place: place?,
        role: role?,
        detailed,
        sex: Sex::read(cell("gender").text),
        age_band: age_band?,
        estimated: cell("data_source").text.to_ascii_lowercase().contains("estimated"),
    };
    Some((group, fte?, person?.to_owned()))
}
