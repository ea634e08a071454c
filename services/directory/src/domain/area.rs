//! What a user may call an area, in any case.

use super::territory::{BOROUGHS, JOINT_COMMISSIONER, SYSTEM_CODE, SYSTEM_NAME, borough_of_commissioner};

/// The practices that a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// Every practice known.
    England,
    /// The six boroughs together.
    System,
    /// One of the six boroughs, by its name.
    Borough(&'static str),
    /// Any other grouping, by code or name as the user wrote it.
    Grouping(String),
}

impl Area {
    /// Reads what the user wrote: `ENGLAND`, `SEL`, `South East London`, `Bexley`, `E09000004`, `07N`, or the code or
    /// name of any grouping. Empty means the whole of South East London.
    ///
    /// The seven commissioner codes of South East London name their territory on every date: `07N` is Bexley before
    /// and after its commissioner became part of `72Q`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if is("england") {
            return Self::England;
        }
        if text.is_empty() || is(SYSTEM_CODE) || is(SYSTEM_NAME) || is(JOINT_COMMISSIONER) {
            return Self::System;
        }
        let borough = BOROUGHS.iter().find(|borough| is(borough.name) || is(borough.gss_code));
        match borough.map(|borough| borough.name).or_else(|| borough_of_commissioner(text)) {
            Some(name) => Self::Borough(name),
            None => Self::Grouping(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("england", Area::England)]
    #[case(" sel", Area::System)]
    #[case("SOUTH EAST LONDON", Area::System)]
    #[case("72q", Area::System)]
    #[case("bexley", Area::Borough("Bexley"))]
    #[case("08Q", Area::Borough("Southwark"))]
    #[case("E09000022", Area::Borough("Lambeth"))]
    #[case("Quay Health Solutions", Area::Grouping("Quay Health Solutions".into()))]
    #[case("02P", Area::Grouping("02P".into()))]
    fn an_area_has_many_names(#[case] text: &str, #[case] area: Area) {
        assert_eq!(Area::parse(text), area);
    }
}
