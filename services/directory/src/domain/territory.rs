//! South East London as data, each fact with its source.

use jiff::civil::{Date, date};

/// A borough of the footprint and the commissioner that covered exactly it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Borough {
    /// Name; also its code among the groupings.
    pub name: &'static str,
    /// ONS code of the London borough.
    pub gss_code: &'static str,
    /// Its clinical commissioning group from April 2013 to March 2020.
    pub commissioner: &'static str,
}

/// The six boroughs of footprint no. 30 and their clinical commissioning groups.
/// Sources: the programme's plan of October 2016; commissioner codes of NHS Payments to General Practice, 2014-15 to
/// 2019-20; ONS codes of London boroughs.
pub const BOROUGHS: [Borough; 6] = [
    Borough { name: "Bexley", gss_code: "E09000004", commissioner: "07N" },
    Borough { name: "Bromley", gss_code: "E09000006", commissioner: "07Q" },
    Borough { name: "Greenwich", gss_code: "E09000011", commissioner: "08A" },
    Borough { name: "Lambeth", gss_code: "E09000022", commissioner: "08K" },
    Borough { name: "Lewisham", gss_code: "E09000023", commissioner: "08L" },
    Borough { name: "Southwark", gss_code: "E09000028", commissioner: "08Q" },
];

/// Code of the system among the groupings.
pub const SYSTEM_CODE: &str = "SEL";

/// Name of the system.
pub const SYSTEM_NAME: &str = "South East London";

/// Name of the system while made-up practices are in it.
pub const SAMPLE_SYSTEM_NAME: &str = "South East London (sample)";

/// The one commissioner of all six boroughs since 1 April 2020 (NHS Payments to General Practice, 2020-21).
pub const JOINT_COMMISSIONER: &str = "72Q";

/// First day of the joint commissioner.
pub const JOINT_COMMISSIONER_FROM: Date = date(2020, 4, 1);

/// The borough that a commissioner covered, if it was one of the six.
pub fn borough_of_commissioner(code: &str) -> Option<&'static str> {
    BOROUGHS
        .iter()
        .find(|borough| borough.commissioner.eq_ignore_ascii_case(code))
        .map(|borough| borough.name)
}

/// Is the commissioner one of the seven of South East London?
pub fn is_in_system(commissioner: &str) -> bool {
    commissioner.eq_ignore_ascii_case(JOINT_COMMISSIONER) || borough_of_commissioner(commissioner).is_some()
}

/// What a payments file covers when it holds a commissioner: South East London's seven stand for one area, because the
/// joint commissioner replaced the six; elsewhere a commissioner stands for itself.
pub fn area_covered(commissioner: &str) -> &str {
    if is_in_system(commissioner) { SYSTEM_CODE } else { commissioner }
}

/// Postcode district to borough: where most practices of the district were, counted from commissioner and postcode in
/// NHS Payments to General Practice 2019-20. Used only when neither a commissioner nor a network tells.
const POSTCODE_DISTRICTS: [(&str, &[&str]); 6] = [
    ("Bexley", &["DA1", "DA5", "DA6", "DA7", "DA8", "DA14", "DA15", "DA16", "DA17"]),
    ("Bromley", &["BR1", "BR2", "BR3", "BR4", "BR5", "BR6", "BR7", "SE20", "TN16"]),
    ("Greenwich", &["SE2", "SE3", "SE7", "SE9", "SE10", "SE18", "SE28"]),
    ("Lambeth", &["SE11", "SE19", "SE21", "SE24", "SE27", "SW2", "SW4", "SW8", "SW9", "SW16", "SW20"]),
    ("Lewisham", &["SE4", "SE6", "SE8", "SE12", "SE13", "SE14", "SE23", "SE26"]),
    ("Southwark", &["SE1", "SE5", "SE15", "SE16", "SE17", "SE22"]),
];

/// The borough of most practices in a postcode's district.
pub fn borough_of_postcode(postcode: &str) -> Option<&'static str> {
    let district = postcode.split(' ').next()?;
    POSTCODE_DISTRICTS
        .iter()
        .find(|(_, districts)| districts.contains(&district))
        .map(|(borough, _)| *borough)
}

/// A postcode with one space before its last three characters, upper case; anything that has not the length of a
/// postcode is kept as it is, without outer blanks.
pub fn tidy_postcode(text: &str) -> String {
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if !(5..=7).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return text.trim().to_uppercase();
    }
    let (district, unit) = letters.split_at(letters.len() - 3);
    format!("{district} {unit}")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("SE1  6JP", "SE1 6JP")]
    #[case("DA159DX", "DA15 9DX")]
    #[case(" se5 0bb ", "SE5 0BB")]
    #[case("", "")]
    #[case("unknown place", "UNKNOWN PLACE")]
    fn postcodes_are_written_one_way(#[case] given: &str, #[case] tidy: &str) {
        assert_eq!(tidy_postcode(given), tidy);
    }

    #[test]
    fn every_commissioner_of_the_six_names_its_borough() {
        assert_eq!(borough_of_commissioner("08q"), Some("Southwark"));
        assert_eq!(borough_of_commissioner("72Q"), None);
        assert!(is_in_system("72Q") && !is_in_system("02P"));
        assert_eq!(borough_of_postcode("SE17 2SX"), Some("Southwark"));
    }
}
