//! Proposals that wait, each with both records beside each other, and the decisions that were made.

use muster_proto::catalogue::v1::{Decision, Item, Proposal};

use super::{
    class, day, item_href, organisation_words, pack, record, relation_key, relation_words, with_code,
};
use crate::{
    figures,
    model::agency::{counted, money},
    table::{Cell, Table},
};

/// A proposal as it is decided on.
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) stake: String,
    pub(crate) score: String,
    pub(crate) relation: &'static str,
    /// Name of the relation in the form.
    pub(crate) relation_key: &'static str,
    pub(crate) since: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) records: Table,
    /// Both items: address and words.
    pub(crate) items: [(String, String); 2],
}

/// A proposal, by its place on the page.
pub(crate) fn card(place: usize, of: &Proposal) -> Card {
    let [left, right] = [&of.left, &of.right].map(|item| item.clone().unwrap_or_default());
    let stake = if of.at_stake_pence > 0 {
        format!("{} a year at stake", money(of.at_stake_pence))
    } else {
        "no own purchases at stake".into()
    };
    Card {
        id: of.proposal_id.clone(),
        heading: format!("{} and {}", record(&left), record(&right)),
        stake,
        // a model is never wholly sure
        score: if of.score_ppm >= 999_500 { "over 99.9%".into() } else { figures::percent(of.score_ppm) },
        relation: relation_words(of.relation),
        relation_key: relation_key(of.relation),
        since: day(of.proposed_at_micros),
        evidence: of.evidence.clone(),
        items: [&left, &right].map(|item| (item_href(item.number), record(item))),
        records: records(place, &left, &right),
    }
}

/// Both records beside each other; what differs is said in words and by its ground.
fn records(place: usize, left: &Item, right: &Item) -> Table {
    let table = Table::new(format!("records-{place}"), format!("{} beside {}", record(left), record(right)))
        .text("Field", "field")
        .text(record(left), "left")
        .text(record(right), "right")
        .text("Compared", "compared");
    let of = |item: &Item| {
        [
            ("Description", item.description.clone()),
            ("Record of", organisation_words(&item.organisation).to_owned()),
            ("Supplier", with_code(&item.supplier, &item.supplier_code)),
            ("Manufacturer", with_code(&item.manufacturer, &item.manufacturer_code)),
            ("GTIN", item.gtin.clone()),
            ("Class", class(item)),
            ("Pack", pack(item)),
        ]
    };
    let rows = of(left).into_iter().zip(of(right)).map(|((what, one), (_, other))| {
        // whose record it is speaks neither for nor against
        let (word, tone) = if what == "Record of" { ("", "plain") } else { compared(&one, &other) };
        let shown = |text: String| {
            let dash = if text.is_empty() { "\u{2013}".to_owned() } else { text.clone() };
            Cell::text(text).shown(dash)
        };
        let mut said = Cell::text(word);
        said.tone = tone;
        vec![Cell::text(what), shown(one), shown(other), said]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn compared(one: &str, other: &str) -> (&'static str, &'static str) {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => ("not known", "plain"),
        (true, false) | (false, true) => ("known of one only", "plain"),
        _ if one.eq_ignore_ascii_case(other) => ("the same", "yes"),
        _ => ("differs", "no"),
    }
}

/// What waits, in a sentence.
pub(crate) fn finding(total: u64, first: Option<&Proposal>) -> String {
    let Some(first) = first else { return "No proposal waits for a decision.".into() };
    let verb = if total == 1 { "waits" } else { "wait" };
    let stake = if first.at_stake_pence > 0 {
        format!(
            " The first is about {} a year of own purchases; confirmed links are what price comparison rests on.",
            money(first.at_stake_pence)
        )
    } else {
        " None of them touches own purchases.".into()
    };
    format!("{} {verb} for a decision.{stake}", counted(total, "proposal"))
}

/// Who decided when and why, and what for.
pub(crate) fn why(of: &Decision) -> String {
    let mut text = format!("{}, {}", of.decided_by_organisation, of.decided_by);
    text = format!("{} on {}: {}", text.trim_matches([',', ' ']), day(of.decided_at_micros), of.reason);
    if !of.clinical_use.is_empty() {
        text.push_str(&format!("; for {}, until {}", of.clinical_use, figures::date(&of.until)));
    }
    text
}

/// Decisions, newest first.
pub(crate) fn decisions(all: &[Decision]) -> Table {
    let table = Table::new("decisions", "Decisions, newest first, those taken back among them")
        .text("One", "left")
        .text("The other", "right")
        .text("They are", "relation")
        .text("State", "state")
        .text("Why", "reason")
        .text("Why it was taken back", "revoke_reason")
        .text("For", "clinical_use")
        .text("Until", "until")
        .text("Organisation", "organisation")
        .text("By", "decided_by")
        .text("When", "decided_at")
        .number("Score", "score_percent")
        .empty("Nobody has decided on a pair yet.");
    let rows = all.iter().map(|of| {
        let link = |item: &Option<Item>| {
            let item = item.clone().unwrap_or_default();
            Cell::link(format!("{} ({})", item.description, record(&item)), item_href(item.number))
        };
        vec![
            link(&of.left),
            link(&of.right),
            Cell::text(relation_words(of.relation)),
            Cell::text(state(of)),
            Cell::text(of.reason.clone()),
            Cell::text(of.revoke_reason.clone()),
            Cell::text(of.clinical_use.clone()),
            Cell::text(of.until.clone()).shown(figures::date(&of.until)),
            Cell::text(of.decided_by_organisation.clone()),
            Cell::text(of.decided_by.clone()),
            Cell::text(figures::plain_instant(of.decided_at_micros))
                .shown(figures::instant(of.decided_at_micros)),
            if of.score_ppm == 0 { Cell::none() } else { Cell::share(of.score_ppm) },
        ]
    });
    table.rows(rows.collect::<Vec<_>>())
}

fn state(of: &Decision) -> String {
    match of.revoked_at_micros {
        0 => "stands".into(),
        at => format!("taken back on {}", day(at)),
    }
}

/// A decision that stands and can be taken back.
pub(crate) struct Standing {
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) why: String,
}

/// Decisions that stand.
pub(crate) fn standing(all: &[Decision]) -> Vec<Standing> {
    let one = |of: &Decision| {
        let [left, right] = [&of.left, &of.right].map(|item| record(&item.clone().unwrap_or_default()));
        Standing {
            id: of.decision_id.clone(),
            heading: format!("{left} and {right}: {}", relation_words(of.relation)),
            why: why(of),
        }
    };
    all.iter().filter(|of| of.revoked_at_micros == 0).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_record_does_not_say_is_no_difference() {
        assert_eq!(compared("Ansell", "ANSELL").0, "the same");
        assert_eq!(compared("Ansell", "Molnlycke"), ("differs", "no"));
        assert_eq!(compared("", "05012345678900").0, "known of one only");
        assert_eq!(compared("", "").0, "not known");
    }

    #[test]
    fn the_queue_says_what_it_is_worth() {
        let first = Proposal { at_stake_pence: 1_234_567, ..Proposal::default() };
        let told = finding(310, Some(&first));
        assert!(
            told.starts_with("310 proposals wait for a decision. The first is about £12,346 a year"),
            "{told}"
        );
        assert!(finding(1, Some(&Proposal::default())).starts_with("1 proposal waits"));
        assert_eq!(finding(0, None), "No proposal waits for a decision.");
    }
}
