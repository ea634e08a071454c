//! What was made lately, for whoever needs the same again.
//!
//! Banks of paths and the factors of draws follow from the seed and a few parameters alone, and take a good part of a short run. Whoever moves
//! a control, or tries levers one after the other, needs the same ones each time. They are pure: remembered or made anew, they are the same
//! to the bit.

use std::{
    any::Any,
    sync::{Arc, Mutex, PoisonError},
};

/// Things of a kind that are remembered at most: two scenarios of all roles. The largest are courses of posts, some 20 MB where practices' staff
/// leaves as differently as in England.
const MOST: usize = 8;

/// What a thing is made from: every number that it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct From {
    what: &'static str,
    of: String,
    numbers: Vec<u64>,
}

impl From {
    /// A kind of thing, and of whom or of what.
    pub(super) fn of(what: &'static str, of: &str) -> Self {
        Self { what, of: of.to_owned(), numbers: Vec::with_capacity(16) }
    }

    /// And whole numbers.
    pub(super) fn and(mut self, numbers: &[u64]) -> Self {
        self.numbers.extend_from_slice(numbers);
        self
    }

    /// And other numbers, to the bit.
    pub(super) fn and_bits(mut self, numbers: &[f64]) -> Self {
        self.numbers.extend(numbers.iter().map(|number| number.to_bits()));
        self
    }
}

type Remembered = Vec<(From, Arc<dyn Any + Send + Sync>)>;

static LATELY: Mutex<Remembered> = Mutex::new(Vec::new());

/// What was made from the same before, or what is made now.
pub(super) fn remembered<T: Send + Sync + 'static>(from: From, make: impl FnOnce() -> T) -> Arc<T> {
    let lately = || LATELY.lock().unwrap_or_else(PoisonError::into_inner);
    let known = {
        let mut lately = lately();
        let place = lately.iter().position(|(other, made)| *other == from && made.is::<T>());
        place.map(|place| {
            // what was used last is forgotten last
            let used = lately.remove(place);
            lately.push(used);
            lately[lately.len() - 1].1.clone()
        })
    };
    if let Some(known) = known.and_then(|known| known.downcast().ok()) {
        return known;
    }
    let made = Arc::new(make());
    let mut lately = lately();
    let mut alike = lately.iter().enumerate().filter(|(_, (other, _))| other.what == from.what);
    if let (Some((first, _)), true) = (alike.next(), alike.count() + 1 >= MOST) {
        lately.remove(first);
    }
    lately.push((from, made.clone()));
    made
}

/// Forgets everything: what is made next is made anew.
pub(super) fn forget() {
    LATELY.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_made_once_and_anything_else_anew() {
        let of = |number: f64| From::of("test", "gp").and(&[7]).and_bits(&[number]);
        let first = remembered(of(0.1), || vec![1]);
        assert!(Arc::ptr_eq(&first, &remembered(of(0.1), || vec![2])));
        assert_eq!(*remembered(of(0.2), || vec![3]), [3]);
        assert_eq!(*remembered(From::of("test", "nurse").and(&[7]).and_bits(&[0.1]), || vec![4]), [4]);
        // another kind of thing from the same numbers
        assert_eq!(*remembered(of(0.1), || 5_u8), 5);
        for other in 0..MOST {
            remembered(of(other as f64), || vec![0]);
        }
        assert_eq!(*remembered(of(0.1), || vec![6]), [6], "forgotten by then");
    }
}
