//! The map: organisations and groupings as they follow from all evidence. A pure function, so that the order in which
//! files came cannot matter.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use muster_kit::OrgCode;

use super::{
    DoubleCount, Evidence, FinancialYear, Grouping, GroupingKey, GroupingKind, Identity, Membership,
    Organisation, OrganisationKind, Period, RegisteredList, Source, Statement, Succession,
    borough::{self, Found},
    commissioning::{self, Stay},
    double_count,
    organisation::ClosingBasis,
    period::day_before,
    territory::{SAMPLE_SYSTEM_NAME, SYSTEM_CODE, SYSTEM_NAME, area_covered},
};

/// Organisations and groupings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// Organisations by code.
    pub organisations: BTreeMap<OrgCode, Organisation>,
    /// Groupings by kind and code.
    pub groupings: BTreeMap<GroupingKey, Grouping>,
    /// Patients that payments files count twice.
    pub double_counts: Vec<DoubleCount>,
}

type ByCode<'a> = BTreeMap<&'a OrgCode, Vec<&'a Statement>>;

impl Map {
    /// Raise this whenever the rules by which the map is drawn change: stored maps are then redrawn at the next import.
    pub const RULES: i64 = 1;

    /// Draws the map.
    pub fn draw(evidence: &Evidence) -> Self {
        let by_code = by_code(&evidence.statements);
        let coverage = coverage(&evidence.statements);
        let double_counts = double_count::find(&evidence.statements, &evidence.successions);
        let mut organisations = BTreeMap::new();
        for (code, rows) in &by_code {
            if let Some(organisation) = organisation(code, rows, &coverage, &evidence.successions) {
                organisations.insert((*code).clone(), organisation);
            }
        }
        leave_out(&mut organisations, &double_counts);
        let stays = commissioner_stays(evidence, &by_code, &organisations);
        for (code, found) in borough::boroughs(&by_code, &stays) {
            if let Some(organisation) = organisations.get_mut(code) {
                organisation.borough = Some(found);
            }
        }
        let groupings =
            Groupings { organisations: &organisations, by_code: &by_code, stays: &stays }.draw(evidence);
        Self { organisations, groupings, double_counts }
    }
}

impl Map {
    /// Practices of a grouping that are open on a day, and their registered patients for totals in 1/1000.
    pub fn size_of(&self, grouping: &Grouping, day: Date) -> (u32, i64) {
        let members = grouping.members.iter().filter(|member| member.period.contains(day));
        let open = members
            .filter_map(|member| self.organisations.get(&member.practice))
            .filter(|practice| practice.kind == OrganisationKind::Practice && practice.is_open_on(day));
        open.fold((0, 0), |(practices, patients), practice| {
            let list = RegisteredList::on(&practice.lists, day);
            (practices + 1, patients + list.map_or(0, RegisteredList::for_totals_milli))
        })
    }
}

/// Statements by organisation, by edition and then authority.
fn by_code(statements: &[Statement]) -> ByCode<'_> {
    let mut by_code: ByCode = BTreeMap::new();
    for statement in statements {
        by_code.entry(&statement.code).or_default().push(statement);
    }
    for rows in by_code.values_mut() {
        rows.sort_by_key(|row| (row.edition, row.source));
    }
    by_code
}

/// Per area the editions of payments files that cover it.
fn coverage(statements: &[Statement]) -> BTreeMap<&str, BTreeSet<Date>> {
    let mut coverage: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| statement.source == Source::Payments) {
        if let Some(commissioner) = statement.commissioner.as_deref() {
            coverage.entry(area_covered(commissioner)).or_default().insert(statement.edition);
        }
    }
    coverage
}

fn organisation(
    code: &OrgCode,
    rows: &[&Statement],
    coverage: &BTreeMap<&str, BTreeSet<Date>>,
    successions: &[Succession],
) -> Option<Organisation> {
    // who is paid as a practice is one, whatever prescribing setting the ODS gives it
    let is_practice = rows.iter().any(|row| row.kind == OrganisationKind::Practice);
    let kind = if is_practice { OrganisationKind::Practice } else { rows.last()?.kind };
    let dated = rows.iter().filter_map(|row| row.opened.map(|day| (row.source, row.edition, day)));
    let opened = dated.max_by_key(|(source, edition, _)| (*source, *edition)).map(|(.., day)| day);
    let closed = closed(code, rows, coverage, successions);
    Some(Organisation {
        code: code.clone(),
        kind,
        identities: identities(rows),
        borough: None,
        opened,
        closed,
        lists: lists(rows),
    })
}

/// Names by date; a name that stays is given once, with the first day for which a source has it. Of two sources that
/// speak from the same day the later edition holds.
fn identities(rows: &[&Statement]) -> Vec<Identity> {
    let mut dated: Vec<(Date, &Statement)> =
        rows.iter().filter(|row| !row.name.is_empty()).map(|row| (speaks_from(row), *row)).collect();
    dated.sort_by_key(|(since, row)| (*since, std::cmp::Reverse((row.edition, row.source))));
    dated.dedup_by_key(|(since, _)| *since);
    dated.dedup_by(|later, earlier| {
        (&later.1.name, &later.1.postcode) == (&earlier.1.name, &earlier.1.postcode)
    });
    let identity = |(since, row): (Date, &Statement)| Identity {
        since,
        name: row.name.clone(),
        postcode: row.postcode.clone(),
    };
    dated.into_iter().map(identity).collect()
}

/// A payments file speaks for its whole year, an ODS file from its day on.
fn speaks_from(row: &Statement) -> Date {
    let year = FinancialYear::of(row.edition).filter(|_| row.source == Source::Payments);
    year.map_or(row.edition, FinancialYear::first_day)
}

/// The closing day: the newest one stated, unless ODS said later that the organisation is open; else the day before a
/// succession; else the end of the last year in which a payments file lists it, when a later one covers its area.
fn closed(
    code: &OrgCode,
    rows: &[&Statement],
    coverage: &BTreeMap<&str, BTreeSet<Date>>,
    successions: &[Succession],
) -> Option<(Date, ClosingBasis)> {
    let last_word = rows.iter().rev().find(|row| row.closed.is_some() || row.stated_open);
    if let Some(day) = last_word.and_then(|row| row.closed) {
        return Some((day, ClosingBasis::Stated));
    }
    let ended = successions.iter().filter(|row| &row.predecessor == code).map(|row| row.on).max();
    if let Some(day) = ended.and_then(day_before) {
        return Some((day, ClosingBasis::Succession));
    }
    let last = rows.iter().rev().find(|row| row.source == Source::Payments)?;
    let open_later = last_word.is_some_and(|row| row.edition > last.edition);
    let area = area_covered(last.commissioner.as_deref()?);
    let missed = coverage.get(area)?.range(last.edition..).any(|edition| *edition > last.edition);
    (missed && !open_later).then_some((last.edition, ClosingBasis::Absence))
}

fn lists(rows: &[&Statement]) -> Vec<RegisteredList> {
    let list = |row: &&Statement| {
        let list = row.list?;
        Some(RegisteredList {
            year: FinancialYear::of(row.edition)?,
            registered_milli: list.registered_milli,
            weighted_milli: list.weighted_milli,
            counted_twice_milli: 0,
        })
    };
    let mut lists: Vec<RegisteredList> = rows.iter().filter_map(list).collect();
    lists.dedup_by_key(|list| list.year);
    lists
}

/// Marks on each list what a successor's list holds as well.
fn leave_out(organisations: &mut BTreeMap<OrgCode, Organisation>, double_counts: &[DoubleCount]) {
    for double in double_counts.iter().filter(|double| double.is_certain()) {
        for (code, _, milli) in &double.predecessors {
            let lists = organisations.get_mut(code).map(|organisation| &mut organisation.lists);
            for list in lists.into_iter().flatten().filter(|list| list.year == double.year) {
                list.counted_twice_milli = *milli;
            }
        }
    }
}

/// The commissioners of every practice over time: dated ones from ODS laid over yearly sightings.
fn commissioner_stays<'a>(
    evidence: &'a Evidence,
    by_code: &ByCode<'a>,
    organisations: &BTreeMap<OrgCode, Organisation>,
) -> BTreeMap<&'a OrgCode, Vec<Stay>> {
    let mut dated: BTreeMap<&OrgCode, Vec<Stay>> = BTreeMap::new();
    for row in evidence.memberships.iter().filter(|row| row.key.kind == GroupingKind::Commissioner) {
        dated.entry(&row.practice).or_default().push((row.key.code.clone(), row.period));
    }
    let mut stays: BTreeMap<&OrgCode, Vec<Stay>> = BTreeMap::new();
    for (code, rows) in by_code {
        let dated = dated.remove(*code).unwrap_or_default();
        if rows.iter().all(|row| row.kind != OrganisationKind::Practice) {
            continue;
        }
        let of = organisations.get(*code);
        let closed = of.and_then(|organisation| organisation.closed).map(|(day, _)| day);
        let opened = of.and_then(|organisation| organisation.opened);
        let seen = commissioning::stays(sightings(rows, |row| row.commissioner.clone()), opened, closed);
        let laid = commissioning::lay_over(dated, seen);
        stays.insert(*code, commissioning::until_closed(laid, closed));
    }
    stays.extend(dated);
    stays
}

fn sightings(
    rows: &[&Statement],
    code: impl Fn(&Statement) -> Option<String>,
) -> Vec<commissioning::Sighting> {
    let payments = rows.iter().filter(|row| row.source == Source::Payments);
    payments.filter_map(|row| Some((FinancialYear::of(row.edition)?, code(row)?))).collect()
}

/// What the groupings are drawn from.
struct Groupings<'a> {
    organisations: &'a BTreeMap<OrgCode, Organisation>,
    by_code: &'a ByCode<'a>,
    stays: &'a BTreeMap<&'a OrgCode, Vec<Stay>>,
}

impl Groupings<'_> {
    fn draw(&self, evidence: &Evidence) -> BTreeMap<GroupingKey, Grouping> {
        let mut drawn = Drawn::default();
        for (code, stays) in self.stays {
            for (commissioner, period) in stays {
                let name = self.commissioner_name(commissioner);
                drawn.add(
                    GroupingKey::new(GroupingKind::Commissioner, commissioner),
                    name,
                    member(code, *period),
                );
            }
        }
        for (code, organisation) in self.organisations {
            if let (Some(found), Some(period)) = (organisation.borough, self.life(organisation)) {
                add_territory(&mut drawn, (code, organisation), found, period);
            }
        }
        self.add_networks(&mut drawn);
        for row in evidence.memberships.iter().filter(|row| row.key.kind != GroupingKind::Commissioner) {
            let membership = Membership {
                practice: row.practice.clone(),
                period: row.period,
                placeholder: row.placeholder,
            };
            drawn.add(row.key.clone(), &row.name, membership);
        }
        drawn.finish()
    }

    /// From the first day known of the organisation until it closed.
    fn life(&self, organisation: &Organisation) -> Option<Period> {
        let first_stay = self.stays.get(&organisation.code)?.iter().map(|(_, period)| period.from()).min()?;
        let from = organisation.opened.map_or(first_stay, |opened| opened.min(first_stay));
        Period::new(from, organisation.closed.map(|(day, _)| day))
    }

    fn add_networks(&self, drawn: &mut Drawn) {
        for (code, rows) in self.by_code {
            let Some(organisation) = self.organisations.get(*code) else { continue };
            let closed = organisation.closed.map(|(day, _)| day);
            let seen = sightings(rows, |row| row.network.as_ref().map(|(code, _)| code.clone()));
            for (network, period) in commissioning::stays(seen, organisation.opened, closed) {
                let named = rows.iter().rev().filter_map(|row| row.network.as_ref());
                let name = named
                    .into_iter()
                    .find(|(code, _)| *code == network)
                    .map_or("", |(_, name)| name.as_str());
                drawn.add(GroupingKey::new(GroupingKind::Pcn, network), name, member(code, period));
            }
        }
    }

    fn commissioner_name(&self, code: &str) -> &str {
        let code = OrgCode::new(code).ok();
        code.and_then(|code| self.organisations.get(&code)).map_or("", Organisation::name)
    }
}

/// Borough and system of a practice, for as long as it is known there.
fn add_territory(drawn: &mut Drawn, of: (&OrgCode, &Organisation), found: Found, period: Period) {
    let (code, organisation) = of;
    if organisation.kind != OrganisationKind::Practice {
        return;
    }
    let (borough, _) = found;
    drawn.add(GroupingKey::new(GroupingKind::Borough, borough), borough, member(code, period));
    let system = if organisation.is_sample() { SAMPLE_SYSTEM_NAME } else { SYSTEM_NAME };
    drawn.add(GroupingKey::new(GroupingKind::System, SYSTEM_CODE), system, member(code, period));
}

fn member(code: &OrgCode, period: Period) -> Membership {
    Membership { practice: code.clone(), period, placeholder: false }
}

/// Groupings being drawn.
#[derive(Default)]
struct Drawn(BTreeMap<GroupingKey, Grouping>);

impl Drawn {
    fn add(&mut self, key: GroupingKey, name: &str, membership: Membership) {
        let grouping = self.0.entry(key.clone()).or_insert_with(|| Grouping {
            key,
            name: String::new(),
            placeholder: false,
            members: Vec::new(),
        });
        grouping.placeholder |= membership.placeholder;
        // several names for one code: the last in the alphabet, so that the order of files does not show
        if name > grouping.name.as_str() {
            name.clone_into(&mut grouping.name);
        }
        grouping.members.push(membership);
    }

    fn finish(mut self) -> BTreeMap<GroupingKey, Grouping> {
        for grouping in self.0.values_mut() {
            if grouping.name.is_empty() {
                grouping.name.clone_from(&grouping.key.code);
            }
            grouping.members.sort();
            grouping.members.dedup();
        }
        self.0
    }
}
