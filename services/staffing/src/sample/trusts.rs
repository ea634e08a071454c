//! Staff of trusts for the sample: made-up figures under the codes that the rest of the sample uses.

use std::fmt::Write as _;

/// Code and name, then FTE in tenths of each group in September 2017 and in June 2018. Every figure is made up.
type Trust = (&'static str, &'static str, [[i64; 2]; 4]);

const GROUPS: [&str; 4] = ["Nurses & health visitors", "HCHS doctors", "Managers", "Unknown"];

const TRUSTS: [Trust; 6] = [
    ("RJ1", "Guy's and St Thomas'", [[40_000, 41_200], [20_000, 20_150], [4_000, 4_100], [150, 120]]),
    ("RJZ", "King's College Hospital", [[35_000, 35_900], [19_000, 19_300], [3_000, 3_050], [100, 90]]),
    ("RJ2", "Lewisham and Greenwich", [[16_500, 16_300], [8_000, 8_100], [1_500, 1_480], [0, 0]]),
    ("RN7", "Dartford and Gravesham", [[8_000, 8_050], [3_500, 3_600], [900, 880], [0, 0]]),
    ("RPG", "Oxleas", [[9_000, 9_300], [1_600, 1_570], [700, 690], [110, 130]]),
    ("RV5", "South London and Maudsley", [[12_500, 12_300], [4_400, 4_350], [1_200, 1_220], [0, 0]]),
];

/// The file, in the layout that the publisher uses.
pub fn trust_workforce_csv() -> String {
    let mut text = String::from("Month,Organisation code,Organisation name,Staff group,FTE\n");
    for (place, month) in ["2017-SEP", "2018-JUN"].into_iter().enumerate() {
        for (code, name, figures) in TRUSTS {
            for (group, of) in GROUPS.iter().zip(figures).filter(|(_, of)| of[place] > 0) {
                let fte = of[place];
                let _ = writeln!(text, "{month},{code},{name} (sample),{group},{}.{}", fte / 10, fte % 10);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use muster_kit::intake::RawFile;

    use super::*;
    use crate::import::{Content, read};

    #[test]
    fn the_sample_reads_without_an_error_and_says_that_it_is_one() {
        let file = RawFile::new("sample-trust-workforce.csv", trust_workforce_csv().into());
        let of = read("trust-workforce", &file, None).unwrap();
        let Content::Trusts(counts) = &of.content else { panic!("no counts") };
        assert!(!of.findings.has_errors() && counts.iter().all(|count| count.name.ends_with("(sample)")));
        assert_eq!(counts.len(), 6 * 2 * 3 + 6);
    }
}
