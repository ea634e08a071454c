//! What is believed of the growth of several trusts together: a normal law, updated with what was observed.

/// Means and covariances.
#[derive(Clone, Debug)]
pub(super) struct Belief {
    mean: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl Belief {
    /// Independent parts, each with its mean and standard deviation.
    pub(super) fn of(parts: &[(f64, f64)]) -> Self {
        let row = |at: usize| {
            (0..parts.len()).map(|other| if other == at { parts[at].1.powi(2) } else { 0.0 }).collect()
        };
        Self { mean: parts.iter().map(|of| of.0).collect(), covariance: (0..parts.len()).map(row).collect() }
    }

    /// Takes in an observation of a sum of parts, with the variance of its noise (Bayes' rule for normal laws).
    pub(super) fn observe(&mut self, parts: &[usize], noise: f64, observed: f64) {
        let along: Vec<f64> =
            self.covariance.iter().map(|row| parts.iter().map(|part| row[*part]).sum()).collect();
        let variance = parts.iter().map(|part| along[*part]).sum::<f64>() + noise;
        let surprise = observed - parts.iter().map(|part| self.mean[*part]).sum::<f64>();
        for (place, row) in self.covariance.iter_mut().enumerate() {
            let gain = along[place] / variance.max(1e-12);
            self.mean[place] += gain * surprise;
            row.iter_mut().zip(&along).for_each(|(value, other)| *value -= gain * other);
        }
    }

    /// Mean of a sum of parts.
    pub(super) fn mean(&self, parts: &[usize]) -> f64 {
        parts.iter().map(|part| self.mean[*part]).sum()
    }

    /// Covariance of two sums of parts.
    pub(super) fn covariance(&self, one: &[usize], other: &[usize]) -> f64 {
        one.iter().flat_map(|a| other.iter().map(|b| self.covariance[*a][*b])).sum()
    }
}

/// Lower triangle whose product with its own transpose is the matrix (Cholesky).
pub(super) fn root(of: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut root = vec![vec![0.0; of.len()]; of.len()];
    for row in 0..of.len() {
        for column in 0..=row {
            let known: f64 = (0..column).map(|at| root[row][at] * root[column][at]).sum();
            let left = of[row][column] - known;
            root[row][column] = if row == column {
                left.max(0.0).sqrt()
            } else if root[column][column] > 0.0 {
                left / root[column][column]
            } else {
                0.0
            };
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A normal prior and one observation of the same spread meet in the middle, with half the variance.
    #[test]
    fn an_observation_pulls_by_its_precision() {
        let mut belief = Belief::of(&[(1.0, 2.0)]);
        belief.observe(&[0], 4.0, 3.0);
        assert!((belief.mean(&[0]) - 2.0).abs() < 1e-12);
        assert!((belief.covariance(&[0], &[0]) - 2.0).abs() < 1e-12);
    }

    /// What one trust shows says something of another through what they share, and less than of itself.
    #[test]
    fn what_is_shared_is_learnt_by_all() {
        let mut belief = Belief::of(&[(0.0, 1.0), (0.0, 1.0), (0.0, 1.0)]);
        belief.observe(&[0, 1], 1.0, 3.0);
        let (own, other) = (belief.mean(&[0, 1]), belief.mean(&[0, 2]));
        assert!((own - 2.0).abs() < 1e-12 && (other - 1.0).abs() < 1e-12, "{own} {other}");
    }

    #[test]
    fn the_root_times_itself_is_the_matrix() {
        let of = vec![vec![4.0, 2.0, 0.6], vec![2.0, 3.0, 0.4], vec![0.6, 0.4, 1.0]];
        let root = root(&of);
        for (row, values) in of.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let product: f64 = (0..3).map(|at| root[row][at] * root[column][at]).sum();
                assert!((product - value).abs() < 1e-12);
            }
        }
    }
}
