//! Figures of a context for an edition: what every context says of them alike.

use muster_proto::common::v1::{Figure, FigureEvidence};

use crate::page::{Page, Paged};

/// A year as the programme writes it: `2017/18` for the one that ends in 2018.
pub fn financial_year(ending: i32) -> String {
    format!("{}/{:02}", ending - 1, ending.rem_euclid(100))
}

/// An event as evidence: its kind without the version of its contract (`staffing.forecast.published`), its aggregate, and the version
/// of that. Whoever keeps the log finds the event by them.
pub fn event(kind: &str, aggregate_id: impl Into<String>, version: i64) -> FigureEvidence {
    FigureEvidence {
        kind: format!("muster.{kind}.v1"),
        aggregate_id: aggregate_id.into(),
        version,
        ..Default::default()
    }
}

/// A page of figures that were collected whole, in order of their keys.
pub fn page(mut figures: Vec<Figure>, page: &Page) -> Paged<Figure> {
    figures.sort_by(|one, other| one.key.cmp(&other.key));
    let more = usize::try_from(page.size).unwrap_or(usize::MAX).saturating_add(1);
    let rows = figures.into_iter().filter(|it| it.key > page.after).take(more).collect();
    page.cut(rows, |it: &Figure| it.key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_every_figure_once_in_order() {
        let keys = ["c", "a", "d", "b", "e"];
        let all: Vec<Figure> = keys.map(|key| Figure { key: key.to_owned(), ..Default::default() }).to_vec();
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let found = page(all.clone(), &Page::new(2, &token).unwrap());
            seen.extend(found.rows.into_iter().map(|it| it.key));
            token = found.next_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"]);
        assert_eq!((financial_year(2018), financial_year(2000)), ("2017/18".into(), "1999/00".into()));
    }
}
