//! Deprivation of the patients of practices, and the work that it makes.

/// Score of the patients of one practice in the health deprivation and disability domain of the English indices of deprivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeprivationScore {
    /// ODS code of the practice.
    pub place: String,
    /// Year of the indices.
    pub year: i32,
    /// Score in 1/1000 of a point; below nothing where patients are healthier than those of England.
    pub score_milli: i64,
    /// Where it comes from, in the words of the file; may be empty.
    pub source: String,
}

/// What one point of the score makes of the work of a patient, in parts per million.
pub const POINT_PPM: i64 = 1_054_000;

/// Where that comes from.
pub const POINT_SOURCE: &str = "Review of the General Medical Services global sum formula (BMA and NHS Employers, 2007): need times 1.054 to the power \
     of the score of the health deprivation and disability domain; as research software carries it, the report itself was not seen";

/// Scores of the domain lie between the negative of this and this, in 1/1000: those of the indices of 2015 and 2019 reach a little beyond
/// three points, averages over the patients of a practice less.
pub const FARTHEST_MILLI: i64 = 5_000;

/// Work of a patient of a practice with this score, relative to one of a practice with a score of nothing.
pub fn work(score_milli: f64) -> f64 {
    (POINT_PPM as f64 / 1e6).powf(score_milli / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_makes_five_point_four_per_cent() {
        assert!((work(1_000.0) - 1.054).abs() < 1e-12 && (work(0.0) - 1.0).abs() < 1e-12);
        // 1.054 squared, and what undoes it
        assert!((work(2_000.0) - 1.110_916).abs() < 1e-9);
        assert!((work(-2_000.0) * work(2_000.0) - 1.0).abs() < 1e-12);
    }
}
