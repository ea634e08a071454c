//! One search.

use tantivy::{
    DocAddress, Searcher, TantivyDocument,
    collector::{Count, TopDocs},
    query::Query,
    schema::{Field, Value as _},
};

use crate::{
    Error, Filters, Index, Match,
    query::{self, Need},
    schema::Fields,
    told::tell,
    typed::{self, Typed},
};

/// Hits that can be listed, whatever the page: what a search may hold in memory.
pub const MOST_HITS: usize = 10_000;

/// An item that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its key.
    pub key: String,
    /// How well it fits, to be compared within one search only.
    pub score: f32,
    /// What it has of each piece that was typed.
    pub matched: Vec<Match>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The hits of the page, the best first.
    pub hits: Vec<Hit>,
    /// Items found in all.
    pub total: usize,
    /// No item has all that was typed; these have half of it or more.
    pub in_part: bool,
}

pub(crate) fn run(
    index: &Index,
    text: &str,
    filters: &Filters,
    (limit, offset): (usize, usize),
) -> Result<Found, Error> {
    if limit.saturating_add(offset) > MOST_HITS {
        return Err(Error::TooDeep { most: MOST_HITS });
    }
    let searcher = index.reader.searcher();
    let typed = typed::read(text, &searcher, index.fields)?;
    if typed.pieces.is_empty() && !text.trim().is_empty() {
        // signs only: that is not the same as nothing, which finds all
        return Ok(Found::default());
    }
    let mut found = (Vec::new(), 0);
    let mut in_part = false;
    for need in [Need::All, Need::Most] {
        in_part = need == Need::Most;
        let query = query::of(&typed, filters, need, (&searcher, index.fields));
        found = best(&searcher, query.as_ref(), limit, offset)?;
        if found.1 > 0 || typed.pieces.len() < 2 {
            break;
        }
    }
    let (best, total) = found;
    let hits = best
        .into_iter()
        .map(|(score, at)| hit(&searcher, index.fields, &typed, (score, at)))
        .collect::<Result<Vec<Hit>, Error>>()?;
    Ok(Found { hits, total, in_part: in_part && total > 0 })
}

fn best(
    searcher: &Searcher,
    query: &dyn Query,
    limit: usize,
    offset: usize,
) -> Result<(Vec<(f32, DocAddress)>, usize), Error> {
    if limit == 0 {
        return Ok((Vec::new(), searcher.search(query, &Count)?));
    }
    let top = TopDocs::with_limit(limit).and_offset(offset).order_by_score();
    Ok(searcher.search(query, &(top, Count))?)
}

fn hit(
    searcher: &Searcher,
    fields: Fields,
    typed: &Typed,
    (score, at): (f32, DocAddress),
) -> Result<Hit, Error> {
    let document: TantivyDocument = searcher.doc(at)?;
    let text = |field: Field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    let matched = tell(typed, text(fields.words), text(fields.codes));
    Ok(Hit { key: text(fields.key).to_owned(), score, matched })
}
