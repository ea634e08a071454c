//! Posts: a joint post is one person at several places, counted as one head, its FTE split between them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{
    role::Role,
    units::{Fte, divide_rounded},
};

/// A whole, in parts per million.
pub const WHOLE_PPM: i64 = 1_000_000;

/// The part of a post that works at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostPart {
    /// Reference of the post.
    pub post_ref: String,
    /// Reference of the person: an opaque id, never a name.
    pub person_ref: String,
    /// Role.
    pub role: Role,
    /// ODS code of the employer.
    pub employer: String,
    /// ODS code of the place of work.
    pub works_at: String,
    /// Share of the post that works there, in parts per million.
    pub share_ppm: i64,
    /// Hours a week of the whole post, in 1/1000.
    pub hours_week_milli: i64,
    /// Hours a week that make one FTE in this post, in 1/1000 (37.5 unless a contract says otherwise).
    pub hours_standard_milli: i64,
    /// First day.
    pub valid_from: Date,
    /// Last day, absent while it lasts.
    pub valid_to: Option<Date>,
}

impl PostPart {
    /// True when the part is in force on the date.
    pub fn holds_on(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|end| date <= end)
    }

    /// FTE of the whole post: hours a week over the standard week.
    pub fn contract_fte(&self) -> Fte {
        let numerator = i128::from(self.hours_week_milli) * 1_000;
        Fte::from_milli(divide_rounded(numerator, i128::from(self.hours_standard_milli)))
    }
}

/// A part in force on a date, with its FTE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostInForce {
    /// The part.
    pub part: PostPart,
    /// FTE at this place.
    pub fte: Fte,
    /// True when the person works at more than one place.
    pub joint: bool,
}

/// What is wrong with the parts of a post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostProblem {
    /// The shares in force on a day do not make a whole.
    #[error("the shares of the post add up to {0} ppm, not 1,000,000, on {1}")]
    Shares(i64, Date),
    /// Parts in force on the same day tell of different people, roles or hours.
    #[error("the parts of the post do not agree on person, role or hours on {0}")]
    Disagree(Date),
}

/// Checks the parts of one post on every day on which something begins.
pub fn check_post(parts: &[&PostPart]) -> Result<(), PostProblem> {
    for day in parts.iter().map(|part| part.valid_from) {
        let in_force: Vec<&&PostPart> = parts.iter().filter(|part| part.holds_on(day)).collect();
        let shares: i64 = in_force.iter().map(|part| part.share_ppm).sum();
        if shares != WHOLE_PPM {
            return Err(PostProblem::Shares(shares, day));
        }
        let terms = |part: &PostPart| {
            (part.person_ref.clone(), part.role, part.hours_week_milli, part.hours_standard_milli)
        };
        if in_force.windows(2).any(|pair| terms(pair[0]) != terms(pair[1])) {
            return Err(PostProblem::Disagree(day));
        }
    }
    Ok(())
}

/// Splits a contract by shares so that the parts add up to it exactly: what rounding leaves over goes to the largest remainders.
pub fn split_fte(contract: Fte, shares_ppm: &[i64]) -> Vec<Fte> {
    let whole: i64 = shares_ppm.iter().sum();
    if whole <= 0 {
        return vec![Fte::ZERO; shares_ppm.len()];
    }
    let exact = |share: i64| i128::from(contract.milli()) * i128::from(share);
    let floor = |share: i64| i64::try_from(exact(share) / i128::from(whole)).unwrap_or_default();
    let mut parts: Vec<i64> = shares_ppm.iter().map(|share| floor(*share)).collect();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| (std::cmp::Reverse(exact(shares_ppm[*i]) % i128::from(whole)), *i));
    let left = contract.milli() - parts.iter().sum::<i64>();
    for i in by_remainder.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        parts[i] += 1;
    }
    parts.into_iter().map(Fte::from_milli).collect()
}

/// The parts in force on a date with their FTE, by post and place.
pub fn in_force(parts: &[PostPart], date: Date) -> Vec<PostInForce> {
    let mut posts: BTreeMap<&str, Vec<&PostPart>> = BTreeMap::new();
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for part in parts.iter().filter(|part| part.holds_on(date)) {
        posts.entry(&part.post_ref).or_default().push(part);
        places.entry(&part.person_ref).or_default().insert(&part.works_at);
    }
    let mut rows = Vec::new();
    for mut post in posts.into_values() {
        post.sort_by(|a, b| a.works_at.cmp(&b.works_at));
        let shares: Vec<i64> = post.iter().map(|part| part.share_ppm).collect();
        let split = split_fte(post[0].contract_fte(), &shares);
        for (part, fte) in post.into_iter().zip(split) {
            let joint = places.get(part.person_ref.as_str()).is_some_and(|places| places.len() > 1);
            rows.push(PostInForce { part: part.clone(), fte, joint });
        }
    }
    rows
}

/// People and FTE of the posts in force: each person once, however many posts or places.
pub fn totals(rows: &[PostInForce]) -> (u64, Fte) {
    let people: BTreeSet<&str> = rows.iter().map(|row| row.part.person_ref.as_str()).collect();
    (people.len() as u64, rows.iter().map(|row| row.fte).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn part(post: &str, place: &str, share_ppm: i64, hours_week_milli: i64) -> PostPart {
        PostPart {
            post_ref: post.into(),
            person_ref: format!("person-of-{post}"),
            role: Role::Nurse,
            employer: "G99001".into(),
            works_at: place.into(),
            share_ppm,
            hours_week_milli,
            hours_standard_milli: 37_500,
            valid_from: date(2017, 4, 1),
            valid_to: None,
        }
    }

    proptest! {
        /// Re-splitting a joint post changes neither FTE nor heads, whatever the hours and the shares.
        #[test]
        fn resplitting_changes_no_total(
            hours in 1_000_i64..60_000,
            cuts in proptest::collection::vec(1_i64..WHOLE_PPM, 0..6),
        ) {
            let mut edges = cuts;
            edges.extend([0, WHOLE_PPM]);
            edges.sort_unstable();
            edges.dedup();
            let split: Vec<PostPart> = edges
                .windows(2)
                .enumerate()
                .map(|(i, pair)| part("p", &format!("G9900{i}"), pair[1] - pair[0], hours))
                .collect();
            prop_assert_eq!(check_post(&split.iter().collect::<Vec<_>>()), Ok(()));
            let whole = [part("p", "G99000", WHOLE_PPM, hours)];
            let day = date(2018, 1, 1);
            prop_assert_eq!(totals(&in_force(&split, day)), totals(&in_force(&whole, day)));
            prop_assert_eq!(totals(&in_force(&split, day)).1, whole[0].contract_fte());
        }
    }

    #[test]
    fn one_person_in_two_posts_is_one_head() {
        let mut second = part("q", "G99002", WHOLE_PPM, 7_500);
        second.person_ref = "person-of-p".into();
        let rows = in_force(&[part("p", "G99001", WHOLE_PPM, 30_000), second], date(2018, 1, 1));
        assert_eq!(totals(&rows), (1, Fte::from_milli(1_000)));
        assert!(rows.iter().all(|row| row.joint));
    }

    #[test]
    fn shares_must_make_a_whole_on_every_day() {
        let mut second = part("p", "G99002", 400_000, 37_500);
        let first = part("p", "G99001", 600_000, 37_500);
        assert_eq!(check_post(&[&first, &second]), Ok(()));
        second.valid_from = date(2017, 5, 1);
        assert_eq!(check_post(&[&first, &second]), Err(PostProblem::Shares(600_000, date(2017, 4, 1))));
        second.valid_from = first.valid_from;
        second.hours_week_milli = 30_000;
        assert_eq!(check_post(&[&first, &second]), Err(PostProblem::Disagree(date(2017, 4, 1))));
    }
}
