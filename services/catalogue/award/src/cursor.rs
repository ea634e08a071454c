//! What only a round has at a place: decimals as integers, names that the document knows.

pub(crate) use muster_document::{At, Fields};
use muster_document::{Problem, one_of, whole};

/// What a place may hold.
pub(crate) trait Holds {
    /// A decimal number of so many places between two bounds, as an integer of its last place.
    fn scaled(&self, places: u32, bounds: (i64, i64)) -> Result<i64, Problem>;
    /// One of the names that the document knows, as its position.
    fn known(
        &self,
        what: &str,
        position: impl Fn(&str) -> Option<usize>,
        names: &[&str],
    ) -> Result<usize, Problem>;
}

impl Holds for At<'_> {
    fn scaled(&self, places: u32, (low, high): (i64, i64)) -> Result<i64, Problem> {
        let scale = 10_i64.pow(places);
        let value = self.number()? * scale as f64;
        // 0.07 is 7 hundredths, though 0.07 x 100 is a little more in binary
        let near = value.round();
        let apart = (value - near).abs();
        if apart <= 1e-9 * near.abs().max(1.0)
            && ((low * scale) as f64..=(high * scale) as f64).contains(&near)
        {
            return Ok(whole(near));
        }
        let remedy = format!("write a number from {low} to {high} with at most {places} decimals");
        Err(self.problem("is out of range", remedy))
    }

    fn known(
        &self,
        what: &str,
        position: impl Fn(&str) -> Option<usize>,
        names: &[&str],
    ) -> Result<usize, Problem> {
        let text = self.code()?;
        position(&text).ok_or_else(|| {
            self.problem(format!("is no {what} of this document"), one_of(&text, names.iter().copied()))
        })
    }
}
