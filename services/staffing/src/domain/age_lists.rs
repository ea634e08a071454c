//! Registered lists by age and sex, and the work that patients of an age and sex make.

use jiff::civil::Date;

use super::{baseline::Sex, units::divide_rounded};

/// Patients of one practice by sex and five-year band of age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeList {
    /// ODS code of the practice.
    pub place: String,
    /// Date of extract.
    pub day: Date,
    /// Sex, youngest age of the band, and patients; each sex and band once.
    pub patients: Vec<(Sex, u8, i64)>,
}

/// Work that a patient makes: from this age to the next row's. In 1/1000 of the work of a boy of 5 to 14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadWeight {
    /// Youngest age.
    pub from: u8,
    /// Weight of a man or boy.
    pub male_milli: i64,
    /// Weight of a woman or girl.
    pub female_milli: i64,
}

/// Where the weights come from.
pub const WEIGHTS_SOURCE: &str = "Review of the General Medical Services global sum formula (BMA and NHS Employers, 2007): consultation time \
     by age and sex, boys of 5 to 14 = 1.000. The formula that was recommended then, not the one that practices are paid by; the figures \
     are as research software carries them, the report itself was not seen";

/// The weights, the youngest first.
pub const WEIGHTS: [WorkloadWeight; 7] = [
    weight(0, 2_354, 2_241),
    weight(5, 1_000, 1_030),
    weight(15, 913, 1_885),
    weight(45, 1_373, 2_115),
    weight(65, 2_531, 2_820),
    weight(75, 3_254, 3_301),
    weight(85, 3_193, 3_090),
];

const fn weight(from: u8, male_milli: i64, female_milli: i64) -> WorkloadWeight {
    WorkloadWeight { from, male_milli, female_milli }
}

/// The ages of a weight in words: `5-14`, `85+`.
pub fn ages(place: usize) -> String {
    let from = WEIGHTS[place].from;
    WEIGHTS.get(place + 1).map_or_else(|| format!("{from}+"), |next| format!("{from}-{}", next.from - 1))
}

/// Weight of a patient of this sex, anywhere in the five-year band that begins here.
pub fn weight_of(sex: Sex, from: u8) -> i64 {
    let of = WEIGHTS.iter().rev().find(|weight| weight.from <= from).unwrap_or(&WEIGHTS[0]);
    match sex {
        Sex::Male => of.male_milli,
        Sex::Female => of.female_milli,
    }
}

impl AgeList {
    /// Patients of all ages.
    pub fn total(&self) -> i64 {
        self.patients.iter().map(|(_, _, patients)| patients).sum()
    }

    /// Work that one of its patients makes on average, in 1/1000; none without patients.
    pub fn weight_milli(&self) -> Option<i64> {
        let work: i128 = self
            .patients
            .iter()
            .map(|(sex, from, patients)| i128::from(*patients) * i128::from(weight_of(*sex, *from)))
            .sum();
        let total = self.total();
        (total > 0).then(|| divide_rounded(work, i128::from(total)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn bands_take_the_weight_of_their_ages() {
        assert_eq!(weight_of(Sex::Male, 0), 2_354);
        assert_eq!(weight_of(Sex::Female, 40), 1_885);
        assert_eq!(weight_of(Sex::Male, 45), 1_373);
        assert_eq!(weight_of(Sex::Female, 95), 3_090);
        assert_eq!((0..7).map(ages).collect::<Vec<_>>().join(" "), "0-4 5-14 15-44 45-64 65-74 75-84 85+");
        // the fourteen published figures, and their sum as a check of the copying
        let sum: i64 = WEIGHTS.iter().map(|of| of.male_milli + of.female_milli).sum();
        assert_eq!(sum, 31_100);
    }

    #[test]
    fn a_list_weighs_what_its_patients_do() {
        let list = |patients| AgeList { place: "G99001".into(), day: date(2016, 1, 1), patients };
        let half = list(vec![(Sex::Male, 5, 100), (Sex::Female, 80, 300)]);
        assert_eq!((half.total(), half.weight_milli()), (400, Some(2_726)));
        assert_eq!(list(Vec::new()).weight_milli(), None);
    }
}
