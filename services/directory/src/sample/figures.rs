//! What is known of South East London, each figure with its source.

/// What the sample of one borough adds up to.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoroughFigures {
    /// Borough.
    pub(super) borough: &'static str,
    /// Commissioner in 2015-16.
    pub(super) commissioner: &'static str,
    /// Practices. NHS Payments to General Practice 2015-16 by commissioner; in Greenwich without the one that closed
    /// within the year with a list of one patient: 246, as the programme's plan counts them.
    pub(super) practices: usize,
    /// Registered patients, September 2015. NHS general practice workforce, practice level, year ending 2016.
    pub(super) list_2016: i64,
    /// Registered patients over the year before: sums of the payments files 2014-15 and 2015-16 by commissioner.
    pub(super) payments_lists: (i64, i64),
    /// Weighted patients in the payments file 2015-16 (its second registered sum above is their base).
    pub(super) weighted_2016: i64,
    /// Local care networks. Four in Greenwich are published, and 23 in all; the other counts are ours, so that each
    /// serves 50,000 to 100,000 people.
    pub(super) lcns: usize,
    /// Federations: name, and whether it is a stand-in.
    pub(super) federations: &'static [(&'static str, bool)],
}

/// The six boroughs: 246 practices, 1,850,051 patients, 23 local care networks, 15 federations. Names of federations
/// are those that the programme's papers confirm; Greenwich Health was formed from four practice groups and One Health
/// Lewisham from four neighbourhoods, whose names are not published.
pub(super) const BOROUGHS: [BoroughFigures; 6] = [
    BoroughFigures {
        borough: "Bexley",
        commissioner: "07N",
        practices: 27,
        list_2016: 234_355,
        payments_lists: (235_328, 233_582),
        weighted_2016: 219_313,
        lcns: 3,
        federations: &[("Bexley Health Neighbourhood Care", false)],
    },
    BoroughFigures {
        borough: "Bromley",
        commissioner: "07Q",
        practices: 45,
        list_2016: 320_924,
        payments_lists: (336_018, 338_493),
        weighted_2016: 318_497,
        lcns: 4,
        federations: &[("Bromley GP Alliance", false)],
    },
    BoroughFigures {
        borough: "Greenwich",
        commissioner: "08A",
        practices: 41,
        list_2016: 285_790,
        payments_lists: (278_058, 284_362),
        weighted_2016: 278_688,
        lcns: 4,
        federations: &[
            ("Greenwich Health, group 1 (sample)", true),
            ("Greenwich Health, group 2 (sample)", true),
            ("Greenwich Health, group 3 (sample)", true),
            ("Greenwich Health, group 4 (sample)", true),
        ],
    },
    BoroughFigures {
        borough: "Lambeth",
        commissioner: "08K",
        practices: 48,
        list_2016: 383_939,
        payments_lists: (372_584, 379_852),
        weighted_2016: 368_720,
        lcns: 4,
        federations: &[
            ("North Lambeth", false),
            ("South East Lambeth", false),
            ("South West Lambeth", false),
        ],
    },
    BoroughFigures {
        borough: "Lewisham",
        commissioner: "08L",
        practices: 41,
        list_2016: 312_801,
        payments_lists: (305_501, 310_314),
        weighted_2016: 302_475,
        lcns: 4,
        federations: &[
            ("One Health Lewisham, neighbourhood 1 (sample)", true),
            ("One Health Lewisham, neighbourhood 2 (sample)", true),
            ("One Health Lewisham, neighbourhood 3 (sample)", true),
            ("One Health Lewisham, neighbourhood 4 (sample)", true),
        ],
    },
    BoroughFigures {
        borough: "Southwark",
        commissioner: "08Q",
        practices: 44,
        list_2016: 312_242,
        payments_lists: (304_990, 310_042),
        weighted_2016: 310_300,
        lcns: 4,
        federations: &[("Quay Health Solutions", false), ("Improving Health", false)],
    },
];

/// The providers of the programme with their ODS codes. Bromley Healthcare's code is not in the programme's papers: the
/// one here is made up, and its name says so.
pub(super) const PROVIDERS: [(&str, &str); 7] = [
    ("RJ1", "Guy's and St Thomas' NHS Foundation Trust"),
    ("RJZ", "King's College Hospital NHS Foundation Trust"),
    ("RJ2", "Lewisham and Greenwich NHS Trust"),
    ("RV5", "South London and Maudsley NHS Foundation Trust"),
    ("RPG", "Oxleas NHS Foundation Trust"),
    ("RN7", "Dartford and Gravesham NHS Trust"),
    ("Z9B01", "Bromley Healthcare CIC, code made up (sample)"),
];

/// Spread of practice lists: standard deviation of the logarithm of the list, NHS Payments to General Practice 2015-16,
/// South East London, lists over 500 patients.
pub(super) const LIST_SPREAD: f64 = 0.53;

/// The smallest and largest list drawn, relative to the borough's mean; the published lists lie within these.
pub(super) const LIST_RANGE: std::ops::RangeInclusive<f64> = 0.2..=3.2;
