//! From baselines and the map of places to the inputs of a forecast.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    baseline::AgeBand,
    forecast::{
        Evidence, Inputs, JointPost, Level, ListGrowth, Node, People, Practice, PracticeRole, Registration,
        Spec,
    },
    missing::{LastValues, PracticeYear},
    parameters::{BANDS, ParameterSet},
    residents::Residents,
    role::Role,
    units::{Fte, Patients},
};

/// One grouping that a practice is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Level of the grouping.
    pub level: Level,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// True for a stand-in.
    pub placeholder: bool,
}

/// A practice on the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Borough, empty when unknown.
    pub borough: String,
    /// Groupings it is in on the date of the question.
    pub memberships: Vec<Membership>,
    /// Registered list by financial year ending, from the payments files.
    pub lists: Vec<(i32, Patients)>,
}

/// Heads of one role at one practice in the base year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// Heads, absent when unknown.
    pub total: Option<u32>,
    /// Heads by age band, absent when unknown.
    pub ages: Option<[u32; BANDS]>,
    /// Of these, women; absent when unknown.
    pub women: Option<[u32; BANDS]>,
    /// Vacancies in FTE, absent when nobody said.
    pub vacancies: Option<Fte>,
    /// Those who work elsewhere too.
    pub joint: Vec<JointPost>,
}

/// What is known of an area.
#[derive(Clone, Debug, Default)]
pub struct AreaData {
    /// Code of the area.
    pub code: String,
    /// Name of the area.
    pub name: String,
    /// What practices returned, of all years; later ones than the base are not looked at.
    pub rows: Vec<PracticeYear>,
    /// Heads in the base year by practice and role.
    pub heads: HashMap<(String, Role), Heads>,
    /// Heads by sex and age over the whole area, by role.
    pub people: HashMap<Role, People>,
    /// The map, by practice code.
    pub places: BTreeMap<String, Place>,
    /// Work that a patient makes on average by age and sex, in 1/1000, by practice; only of those whose ages are known at the base.
    pub weights: HashMap<String, i64>,
    /// Deprivation score in 1/1000 of a point, by practice; only of those whose score is known.
    pub deprivation: HashMap<String, i64>,
    /// Residents of its boroughs; later ones than the base are not looked at.
    pub residents: Vec<Residents>,
    /// By role, imports that people, vacancies and joint posts came with.
    pub imports: BTreeMap<Role, BTreeSet<String>>,
}

/// The cohort band of an age band, absent when it spans several.
pub fn cohort_band(band: AgeBand) -> Option<usize> {
    match (band.from, band.to) {
        (_, Some(to)) if to < 30 => Some(0),
        (from, _) if from >= 65 => Some(BANDS - 1),
        (from, Some(to)) if from >= 30 && to < 65 && from / 5 == to / 5 => Some(usize::from((from - 25) / 5)),
        _ => None,
    }
}

/// Puts the inputs of a run together. Nothing from after the base year gets in.
pub fn assemble(data: &AreaData, spec: Spec, parameters: &ParameterSet) -> Inputs {
    let base = spec.base_year;
    let rows: Vec<PracticeYear> =
        data.rows.iter().filter(|row| row.year <= base).map(with_real_zeros).collect();
    let mut known: Vec<&PracticeYear> = rows.iter().collect();
    known.sort_by(|a, b| (a.year, &a.practice).cmp(&(b.year, &b.practice)));
    let mut last = LastValues::default();
    for row in &known {
        last.see(row);
    }
    let losses = losses(&known);
    let mut nodes = Nodes::new(data);
    let practices = known
        .iter()
        .filter(|row| row.year == base && (row.list.is_positive() || has_staff(row, &spec.roles)))
        .map(|row| {
            let place = data.places.get(&row.practice);
            let nodes = nodes.of(data, row);
            Practice {
                code: row.practice.clone(),
                name: place.map_or_else(|| row.practice.clone(), |place| place.name.clone()),
                borough: row.borough.clone(),
                list: row.list,
                roles: spec
                    .roles
                    .iter()
                    .map(|role| practice_role(data, row, *role, &last, &losses))
                    .collect(),
                nodes,
                weight_milli: data.weights.get(&row.practice).copied(),
                deprivation_milli: data.deprivation.get(&row.practice).copied(),
            }
        })
        .collect();
    Inputs {
        area: data.code.clone(),
        nodes: nodes.list,
        practices,
        growth: growth(data, &known, base),
        registration: Registration::read(&data.residents, &known, paid(data), base),
        evidence: evidence(data, (&known, &spec.roles), parameters),
        parameters: parameters.clone(),
        spec,
    }
}

/// What is known of how staff moves, and of who they are.
fn evidence(
    data: &AreaData,
    (known, roles): (&[&PracticeYear], &[Role]),
    parameters: &ParameterSet,
) -> Evidence {
    let mut evidence = Evidence::read(known, roles, |role| {
        parameters.of_role(role, "participation.overall").map_or(1.0, |head| head.value as f64 / 1e3)
    });
    for (of_role, role) in evidence.roles.iter_mut().zip(roles) {
        of_role.people = data.people.get(role).cloned();
    }
    evidence
}

/// A code without patients counts while it has staff that will turn up elsewhere.
fn has_staff(row: &PracticeYear, roles: &[Role]) -> bool {
    roles.iter().any(|role| row.fte[*role].is_some_and(Fte::is_positive))
}

/// Most practices really had nobody in direct patient care before 2019: where another role was returned, so was this one.
pub fn with_real_zeros(row: &PracticeYear) -> PracticeYear {
    let mut row = row.clone();
    let returned = [Role::Gp, Role::Nurse, Role::Administration].iter().any(|role| row.fte[*role].is_some());
    if returned && row.list.is_positive() && row.fte[Role::DirectPatientCare].is_none() {
        row.fte[Role::DirectPatientCare] = Some(Fte::ZERO);
    }
    row
}

type Losses = HashMap<(String, Role), (Fte, Fte)>;

fn practice_role(
    data: &AreaData,
    row: &PracticeYear,
    role: Role,
    last: &LastValues,
    losses: &Losses,
) -> PracticeRole {
    let key = (row.practice.clone(), role);
    let heads = data.heads.get(&key).cloned().unwrap_or_default();
    let (lost, exposure) = losses.get(&key).copied().unwrap_or_default();
    PracticeRole {
        fte: row.fte[role],
        last: last.get(&row.practice, role),
        heads: heads.total,
        ages: heads.ages,
        women: heads.women,
        vacancies: heads.vacancies,
        joint: heads.joint,
        lost,
        exposure,
    }
}

/// FTE lost from one year to the next, and the FTE-years over which it was lost, by practice and role.
fn losses(known: &[&PracticeYear]) -> Losses {
    let mut losses = Losses::new();
    let mut before: HashMap<&str, &PracticeYear> = HashMap::new();
    for row in known {
        if let Some(earlier) =
            before.insert(&row.practice, row).filter(|earlier| earlier.year + 1 == row.year)
        {
            for role in Role::ALL {
                let Some((from, to)) = earlier.fte[role].zip(row.fte[role]) else { continue };
                let (lost, exposure) = losses.entry((row.practice.clone(), role)).or_default();
                *lost += Fte::from_milli((from.milli() - to.milli()).max(0));
                *exposure += from;
            }
        }
    }
    losses
}

/// Lists of the payments files: borough, financial year ending, list.
fn paid(data: &AreaData) -> impl Iterator<Item = (&str, i32, Patients)> {
    data.places
        .values()
        .flat_map(|place| place.lists.iter().map(|(year, list)| (place.borough.as_str(), *year, *list)))
}

/// Growth of the area's list, year on year: from the baselines where two years stand there, otherwise from the payments files.
fn growth(data: &AreaData, known: &[&PracticeYear], base: i32) -> Vec<ListGrowth> {
    let mut counted: BTreeMap<i32, Patients> = BTreeMap::new();
    for row in known {
        *counted.entry(row.year).or_default() += row.list;
    }
    let mut paid: BTreeMap<i32, Patients> = BTreeMap::new();
    for place in data.places.values() {
        for (year, list) in place.lists.iter().filter(|(year, _)| *year <= base) {
            *paid.entry(*year).or_default() += *list;
        }
    }
    let first = counted.keys().chain(paid.keys()).min().copied().unwrap_or(base);
    (first + 1..=base)
        .filter_map(|year| {
            let pair = |lists: &BTreeMap<i32, Patients>| Some((*lists.get(&(year - 1))?, *lists.get(&year)?));
            let (before, after) = pair(&counted).or_else(|| pair(&paid))?;
            Some(ListGrowth { year, before, after })
        })
        .filter(|growth| growth.before.is_positive() && growth.after.is_positive())
        .collect()
}

/// Levels and codes of the nodes that a practice counts in: the system first, its borough, and one of each other level.
pub fn nodes_of(data: &AreaData, row: &PracticeYear) -> Vec<(Level, String)> {
    let mut nodes = vec![(Level::System, data.code.clone())];
    if !row.borough.is_empty() {
        nodes.push((Level::Borough, row.borough.clone()));
    }
    let mut levels = vec![Level::System, Level::Borough];
    for membership in data.places.get(&row.practice).iter().flat_map(|place| &place.memberships) {
        // a practice counts once at each level, or the level would not add up to the system
        if !levels.contains(&membership.level) {
            levels.push(membership.level);
            nodes.push((membership.level, membership.code.clone()));
        }
    }
    nodes
}

/// The nodes found so far.
struct Nodes {
    list: Vec<Node>,
    positions: HashMap<(Level, String), usize>,
}

impl Nodes {
    fn new(data: &AreaData) -> Self {
        let system = Node {
            level: Level::System,
            code: data.code.clone(),
            name: data.name.clone(),
            placeholder: false,
        };
        Self { positions: HashMap::from([((Level::System, data.code.clone()), 0)]), list: vec![system] }
    }

    /// Positions of the nodes that a practice counts in.
    fn of(&mut self, data: &AreaData, row: &PracticeYear) -> Vec<usize> {
        let mut positions = vec![0];
        for (level, code) in nodes_of(data, row).into_iter().skip(1) {
            let place = data.places.get(&row.practice);
            let of = place
                .and_then(|place| place.memberships.iter().find(|of| of.level == level && of.code == code));
            let (name, placeholder) =
                of.map_or((code.as_str(), false), |of| (of.name.as_str(), of.placeholder));
            positions.push(self.position(level, &code, name, placeholder));
        }
        positions
    }

    fn position(&mut self, level: Level, code: &str, name: &str, placeholder: bool) -> usize {
        let key = (level, code.to_owned());
        if let Some(position) = self.positions.get(&key) {
            self.list[*position].placeholder |= placeholder;
            return *position;
        }
        self.list.push(Node { level, code: code.to_owned(), name: name.to_owned(), placeholder });
        self.positions.insert(key, self.list.len() - 1);
        self.list.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        forecast::{ListWeighting, PatientBasis},
        missing::MissingReturns,
        role::ByRole,
        scenario::Scenario,
    };
    use rstest::rstest;

    #[rstest]
    #[case("under-25", Some(0))]
    #[case("25-29", Some(0))]
    #[case("under-30", Some(0))]
    #[case("30-34", Some(1))]
    #[case("60-64", Some(7))]
    #[case("65-69", Some(8))]
    #[case("70-plus", Some(8))]
    #[case("40-49", None)]
    fn age_bands_find_their_cohort(#[case] band: &str, #[case] cohort: Option<usize>) {
        assert_eq!(cohort_band(band.parse().unwrap()), cohort);
    }

    fn row(practice: &str, year: i32, list: i64, gp: i64) -> PracticeYear {
        let mut fte = ByRole::default();
        fte[Role::Gp] = Some(Fte::from_milli(gp));
        PracticeYear {
            practice: practice.into(),
            year,
            borough: "East".into(),
            list: Patients::from_milli(list),
            fte,
        }
    }

    #[test]
    fn nothing_from_after_the_base_gets_in() {
        let mut data = AreaData {
            code: "X".into(),
            rows: vec![row("A", 2016, 10, 3_000), row("A", 2017, 12, 2_000), row("B", 2017, 5, 1_000)],
            ..AreaData::default()
        };
        let place = Place {
            lists: vec![
                (2015, Patients::from_milli(9)),
                (2016, Patients::from_milli(10)),
                (2017, Patients::from_milli(99)),
            ],
            ..Place::default()
        };
        data.places.insert("A".into(), place);
        let spec = |base_year| Spec {
            scenario: Scenario::do_nothing(),
            base_year,
            to_year: 2021,
            draws: 16,
            seed: 1,
            missing: MissingReturns::BoroughMean,
            roles: vec![Role::Gp],
            list_weighting: ListWeighting::Plain,
            deprivation: false,
            patients: PatientBasis::Registered,
            price_year: 0,
        };
        let early = assemble(&data, spec(2016), ParameterSet::shipped());
        assert_eq!(early.practices.len(), 1);
        assert_eq!((early.growth.len(), early.growth[0].before.milli()), (1, 9));
        data.rows.retain(|row| row.year <= 2016);
        data.places.get_mut("A").unwrap().lists.pop();
        assert_eq!(early, assemble(&data, spec(2016), ParameterSet::shipped()));
    }

    #[test]
    fn lost_fte_is_evidence_of_leavers() {
        let data = AreaData {
            rows: vec![row("A", 2016, 10, 3_000), row("A", 2017, 12, 2_000), row("A", 2018, 12, 2_500)],
            ..AreaData::default()
        };
        let known: Vec<&PracticeYear> = data.rows.iter().collect();
        let losses = losses(&known);
        assert_eq!(losses[&("A".to_owned(), Role::Gp)], (Fte::from_milli(1_000), Fte::from_milli(5_000)));
    }
}
