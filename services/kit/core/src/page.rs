//! Pages of lists: keyset tokens that stay right while rows come and go.

use crate::{Error, Result};

/// Rows of a page when the caller names none.
pub const DEFAULT_SIZE: u32 = 500;
/// Rows of a page at most: a message of gRPC is at most 4 MiB.
pub const MAX_SIZE: u32 = 5_000;

/// One page as a repository takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows wanted.
    pub size: u64,
    /// Key of the last row of the page before, empty for the first page.
    pub after: String,
}

impl Page {
    /// Reads the size and token of a request.
    ///
    /// # Errors
    /// Bad request when the size is over 5,000 or the token is not one of ours.
    pub fn new(size: u32, token: &str) -> Result<Self> {
        if size > MAX_SIZE {
            return Err(Error::bad_request(format!("a page has at most {MAX_SIZE} rows, not {size}")));
        }
        let size = if size == 0 { DEFAULT_SIZE } else { size };
        Ok(Self { size: u64::from(size), after: decode(token)? })
    }

    /// The first page of a size.
    pub fn first(size: u32) -> Self {
        Self { size: u64::from(size), after: String::new() }
    }

    /// From a request's optional page message.
    ///
    /// # Errors
    /// Bad request when the size is over 5,000 or the token is not one of ours.
    pub fn of(request: Option<&muster_proto::common::v1::PageRequest>) -> Result<Self> {
        request.map_or_else(|| Self::new(0, ""), |page| Self::new(page.size, &page.token))
    }

    /// Cuts a list that was read one row too long, and says where the next page starts.
    ///
    /// Ask the database for `size + 1` rows; `key` gives the key that the next page's `after` is compared with.
    pub fn cut<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> Paged<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return Paged { rows, next_token: String::new() };
        }
        rows.truncate(size);
        let next_token = rows.last().map(|row| encode(&key(row))).unwrap_or_default();
        Paged { rows, next_token }
    }
}

/// Rows with the token of the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// Rows.
    pub rows: Vec<T>,
    /// Empty on the last page.
    pub next_token: String,
}

impl<T> Paged<T> {
    /// The same page of other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Paged<U> {
        Paged { rows: self.rows.into_iter().map(f).collect(), next_token: self.next_token }
    }

    /// The rows, and the page message of a response.
    pub fn split(self) -> (Vec<T>, Option<muster_proto::common::v1::PageResponse>) {
        let page = muster_proto::common::v1::PageResponse { next_token: self.next_token, total: None };
        (self.rows, Some(page))
    }
}

fn encode(key: &str) -> String {
    hex::encode(key)
}

fn decode(token: &str) -> Result<String> {
    let wrong = || Error::bad_request("page token unknown: use next_token of the page before as it came");
    let bytes = hex::decode(token).map_err(|_| wrong())?;
    String::from_utf8(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_meet_without_gap_or_overlap() {
        let all: Vec<u32> = (0..25).collect();
        let mut seen = Vec::new();
        let mut token = String::new();
        loop {
            let page = Page::new(10, &token).unwrap();
            let after: Option<u32> = page.after.parse().ok();
            let rows: Vec<u32> =
                all.iter().copied().filter(|n| after.is_none_or(|a| *n > a)).take(11).collect();
            let cut = page.cut(rows, ToString::to_string);
            seen.extend(cut.rows);
            token = cut.next_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert!(Page::new(5_001, "").is_err());
        assert!(Page::new(1, "zz").is_err());
    }
}
