//! The map of an area: its practices, where they belong, and what they returned.
//!
//! The directory is asked for the hierarchy. Codes that it does not know are placed by the borough that the workforce file
//! itself gave; codes that nobody places are listed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use muster_kit::{Actor, Error, ErrorCode, Result, rpc};
use muster_proto::{common::v1::PageRequest, directory::v1 as directory};

use super::Deps;
use crate::{
    domain::{
        assemble::{AreaData, Heads, Membership, Place},
        forecast::{JointPost, Level, People},
        missing::PracticeYear,
        posts::{PostPart, in_force},
        residents::last_day,
        role::Role,
        units::{Fte, Patients},
    },
    store::{
        counts::{self, NamedPlace, PlaceYear},
        people, posts,
    },
};

/// The six boroughs of South East London, for workforce files whose practices the directory does not know.
const SEL_BOROUGHS: [&str; 6] = ["Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark"];

/// Practices on one page of the directory.
const PAGE: u32 = 2_000;

/// An area with its practices.
#[derive(Clone)]
pub(crate) struct Area {
    /// Code or name, as it was understood.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// Practices by code.
    pub(crate) places: BTreeMap<String, Place>,
    /// Codes of the workforce files that nobody places in any area.
    pub(crate) unplaced: Vec<String>,
    /// Codes of the commissioners of its practices; none for all England.
    commissioners: BTreeSet<String>,
    named: BTreeMap<String, NamedPlace>,
}

/// Finds an area by code or name; `as_of` is a date of the groupings, empty for today.
///
/// # Errors
/// Not found when nobody knows the area; what the directory or the database says otherwise.
pub(crate) async fn find(deps: &Deps, actor: &Actor, area: &str, as_of: &str) -> Result<Area> {
    let asked = if area.trim().is_empty() { "SEL" } else { area.trim() };
    let named = counts::places(deps.db.read(), &actor.scope()).await?;
    let inside = match places_of(deps, actor, asked, as_of).await {
        Ok(places) => places,
        Err(error) if error.code() == ErrorCode::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let name = name_of(asked, &inside);
    let commissioners = if is_england(asked) { BTreeSet::new() } else { commissioners_of(&inside) };
    let mut places: BTreeMap<String, Place> =
        inside.into_iter().map(|place| (place.ods_code.clone(), place_of(place))).collect();
    let mut unplaced = Vec::new();
    if named.keys().any(|code| !places.contains_key(code)) {
        let known = known_codes(deps, actor, asked, as_of, &places).await?;
        let wanted = boroughs(asked, &places);
        for (code, of_file) in named.iter().filter(|(code, _)| !known.contains_key(*code)) {
            let in_area = is_england(asked) || wanted.contains(&of_file.borough.to_lowercase());
            if in_area {
                places.insert(code.clone(), Place { name: of_file.name.clone(), ..Place::default() });
            }
            if of_file.borough.is_empty() {
                unplaced.push(code.clone());
            }
        }
        unplaced.extend(
            known
                .iter()
                .filter(|(code, placed)| !**placed && named.contains_key(*code))
                .map(|(code, _)| code.clone()),
        );
        unplaced.sort();
    }
    if places.is_empty() && !is_england(asked) {
        return Err(Error::not_found(format!(
            "no practices are known in `{asked}`: import workforce or payments files, or ask for another area"
        )));
    }
    for (code, place) in &mut places {
        if let Some(of_file) = named.get(code) {
            for (known, said) in [(&mut place.name, &of_file.name), (&mut place.borough, &of_file.borough)] {
                if known.is_empty() {
                    known.clone_from(said);
                }
            }
        }
    }
    let code = if is_england(asked) { "ENGLAND".to_owned() } else { asked.to_owned() };
    Ok(Area { code, name, places, unplaced, commissioners, named })
}

impl Area {
    /// What the practices of the area returned, of all years.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot.
    pub(crate) async fn years(&self, deps: &Deps, actor: &Actor) -> Result<Vec<PracticeYear>> {
        Ok(self.rows(&self.stored(deps, actor).await?))
    }

    /// Everything that a forecast from a base year is assembled from.
    ///
    /// # Errors
    /// Internal or unavailable when the database cannot.
    pub(crate) async fn data(self, deps: &Deps, actor: &Actor, base_year: i32) -> Result<AreaData> {
        let stored = self.stored(deps, actor).await?;
        let codes: Vec<String> = self.places.keys().cloned().collect();
        let mut heads = counts::ages(deps.db.read(), &actor.scope(), base_year, &codes).await?;
        put_totals(&mut heads, &stored, base_year);
        let (people, imports) = self.put_people(deps, actor, base_year, &mut heads).await?;
        Ok(AreaData {
            people,
            imports,
            rows: self.rows(&stored),
            code: self.code,
            name: self.name,
            heads,
            places: self.places,
            weights: HashMap::new(),
            deprivation: HashMap::new(),
            residents: Vec::new(),
        })
    }

    /// Puts vacancies and joint posts beside the heads of practices, as they were at the end of the base year; gives the area's heads
    /// by sex and age, and by role the imports that all of these came with.
    async fn put_people(
        &self,
        deps: &Deps,
        actor: &Actor,
        base_year: i32,
        heads: &mut HashMap<(String, Role), Heads>,
    ) -> Result<(HashMap<Role, People>, Imports)> {
        let (conn, scope) = (deps.db.read(), actor.scope());
        let before = last_day(base_year.saturating_sub(1)).and_then(|day| day.tomorrow().ok());
        let Some((from, until)) = before.zip(last_day(base_year)) else { return Ok(<_>::default()) };
        let (mut sets, mut people) = (BTreeMap::<Role, BTreeSet<i64>>::new(), HashMap::new());
        let codes: Vec<&str> = self.places.keys().map(String::as_str).collect();
        for (key, (vacant, set)) in people::vacancies(conn, &scope, (from, until), &codes).await? {
            if self.places.contains_key(&key.0) {
                sets.entry(key.1).or_default().insert(set);
                heads.entry(key).or_default().vacancies = Some(vacant);
            }
        }
        let (joint, of_people) = joint_posts(&posts::all(conn, &scope).await?, until);
        for ((works_at, role), joint) in joint {
            if self.places.contains_key(&works_at) {
                heads.entry((works_at, role)).or_default().joint = joint;
            }
        }
        // without a directory nobody says which commissioner is the area's
        if !self.commissioners.is_empty() || self.code == "ENGLAND" {
            let found = people::people(conn, &scope, until, &self.commissioners).await?;
            people = found.0;
            for (role, of_role) in found.1 {
                sets.entry(role).or_default().extend(of_role);
            }
        }
        let mut imports = Imports::new();
        for (role, sets) in sets {
            imports.entry(role).or_default().extend(counts::imports_of_sets(conn, &scope, &sets).await?);
        }
        // that somebody works elsewhere too is known from the posts outside of the area as well
        for ((_, role), posts) in of_people {
            if posts.iter().any(|(_, works_at)| self.places.contains_key(works_at)) {
                let posts = posts.into_iter().map(|(post, _)| post).collect();
                imports.entry(role).or_default().extend(posts::imports_of(conn, &scope, &posts).await?);
            }
        }
        Ok((people, imports))
    }

    async fn stored(&self, deps: &Deps, actor: &Actor) -> Result<BTreeMap<(i32, String), PlaceYear>> {
        let codes: Vec<String> =
            self.places.keys().filter(|code| self.named.contains_key(*code)).cloned().collect();
        counts::place_years(deps.db.read(), &actor.scope(), &self.named, &codes).await
    }

    fn rows(&self, stored: &BTreeMap<(i32, String), PlaceYear>) -> Vec<PracticeYear> {
        stored
            .iter()
            .map(|((year, practice), of_year)| PracticeYear {
                practice: practice.clone(),
                year: *year,
                borough: self.places.get(practice).map(|place| place.borough.clone()).unwrap_or_default(),
                list: of_year.list,
                fte: of_year.fte,
            })
            .collect()
    }
}

fn put_totals(
    heads: &mut HashMap<(String, Role), Heads>,
    stored: &BTreeMap<(i32, String), PlaceYear>,
    base_year: i32,
) {
    for ((_, practice), of_year) in stored.iter().filter(|((year, _), _)| *year == base_year) {
        for role in Role::ALL {
            if let Some(total) = of_year.heads[role].and_then(|heads| u32::try_from(heads).ok()) {
                heads.entry((practice.clone(), role)).or_default().total = Some(total);
            }
        }
    }
}

/// Codes of the commissioners of some practices.
fn commissioners_of(places: &[directory::Place]) -> BTreeSet<String> {
    let commissioner = |of: &&directory::Membership| of.kind() == directory::GroupingKind::Commissioner;
    let memberships = places.iter().flat_map(|place| &place.memberships);
    memberships.filter(commissioner).map(|of| of.code.clone()).collect()
}

/// By role, imports that something came with.
type Imports = BTreeMap<Role, BTreeSet<String>>;
/// Those who work at several places, by place and role.
type Joint = BTreeMap<(String, Role), Vec<JointPost>>;
/// Posts, with their places, of each person and role.
type PostsOf = BTreeMap<(String, Role), BTreeSet<(String, String)>>;

/// Those who work at several places, by place and role, with the FTE of all their posts of the role there; and their posts with
/// their places. Who they are stays behind: they have numbers.
fn joint_posts(parts: &[PostPart], day: Date) -> (Joint, PostsOf) {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut places: BTreeMap<(String, Role), BTreeMap<usize, Fte>> = BTreeMap::new();
    let mut of_people = PostsOf::new();
    for post in in_force(parts, day).into_iter().filter(|post| post.joint) {
        let next = numbers.len() + 1;
        let of_person = of_people.entry((post.part.person_ref.clone(), post.part.role)).or_default();
        of_person.insert((post.part.post_ref, post.part.works_at.clone()));
        let number = *numbers.entry(post.part.person_ref).or_insert(next);
        let there = places.entry((post.part.works_at, post.part.role)).or_default();
        *there.entry(number).or_default() += post.fte;
    }
    let of = |people: BTreeMap<usize, Fte>| {
        people.into_iter().map(|(number, fte)| JointPost { person: number.to_string(), fte }).collect()
    };
    (places.into_iter().map(|(key, people)| (key, of(people))).collect(), of_people)
}

fn is_england(area: &str) -> bool {
    area.eq_ignore_ascii_case("england")
}

/// Codes that the directory knows, each with whether it places them in a borough.
async fn known_codes(
    deps: &Deps,
    actor: &Actor,
    asked: &str,
    as_of: &str,
    inside: &BTreeMap<String, Place>,
) -> Result<BTreeMap<String, bool>> {
    if is_england(asked) {
        return Ok(inside.iter().map(|(code, place)| (code.clone(), !place.borough.is_empty())).collect());
    }
    match places_of(deps, actor, "ENGLAND", as_of).await {
        Ok(all) => Ok(all
            .into_iter()
            .map(|place| (place.ods_code.clone(), !borough_of(&place).is_empty()))
            .collect()),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}

/// Boroughs of an area, lower case.
fn boroughs(asked: &str, inside: &BTreeMap<String, Place>) -> BTreeSet<String> {
    let mut wanted: BTreeSet<String> = inside.values().map(|place| place.borough.to_lowercase()).collect();
    wanted.remove("");
    if asked.eq_ignore_ascii_case("sel") || asked.eq_ignore_ascii_case("south east london") {
        wanted.extend(SEL_BOROUGHS.map(str::to_lowercase));
    }
    wanted.insert(asked.to_lowercase());
    wanted
}

/// Practices of an area with those that had closed, page by page.
///
/// # Errors
/// What the directory says: not found for an area that it does not know.
pub(crate) async fn places_of(
    deps: &Deps,
    actor: &Actor,
    area: &str,
    as_of: &str,
) -> Result<Vec<directory::Place>> {
    let mut places = Vec::new();
    let mut token = String::new();
    loop {
        let request = directory::ListPlacesRequest {
            page: Some(PageRequest { size: PAGE, token }),
            as_of: as_of.to_owned(),
            area: area.to_owned(),
            include_closed: true,
        };
        let answer = deps.directory.clone().list_places(rpc::unary(actor, request)).await?.into_inner();
        places.extend(answer.places);
        token = answer.page.map(|page| page.next_token).unwrap_or_default();
        if token.is_empty() {
            return Ok(places);
        }
    }
}

fn name_of(asked: &str, places: &[directory::Place]) -> String {
    let by_code = places.iter().flat_map(|place| &place.memberships).find(|membership| {
        membership.code.eq_ignore_ascii_case(asked) || membership.name.eq_ignore_ascii_case(asked)
    });
    match by_code {
        Some(membership) => membership.name.clone(),
        None if asked.eq_ignore_ascii_case("sel") => "South East London".to_owned(),
        None if is_england(asked) => "England".to_owned(),
        None => asked.to_owned(),
    }
}

fn borough_of(place: &directory::Place) -> String {
    if !place.borough.is_empty() {
        return place.borough.clone();
    }
    let borough = |membership: &&directory::Membership| membership.kind() == directory::GroupingKind::Borough;
    place.memberships.iter().find(borough).map(|membership| membership.name.clone()).unwrap_or_default()
}

fn place_of(place: directory::Place) -> Place {
    let borough = borough_of(&place);
    let memberships = place
        .memberships
        .iter()
        .filter_map(|membership| {
            let level = match membership.kind() {
                directory::GroupingKind::Lcn => Level::Lcn,
                directory::GroupingKind::Federation => Level::Federation,
                directory::GroupingKind::Pcn => Level::Pcn,
                _ => return None,
            };
            Some(Membership {
                level,
                code: membership.code.clone(),
                name: membership.name.clone(),
                placeholder: membership.placeholder,
            })
        })
        .collect();
    let lists = place
        .lists
        .iter()
        .map(|list| (list.year, Patients::from_milli(list.registered_milli - list.counted_twice_milli)))
        .collect();
    Place { name: place.name, borough, memberships, lists }
}
