//! How a gain could be shared: Shapley value beside the proportional rule and the equal price, and who would rather leave.
//!
//! A rule is in the core when no group would do better by itself.

use muster_proto::backoffice::v1::{GainLeaver, GainRule, GainShare, GainSharing, GainSharingHead};

use crate::{
    figures,
    model::agency::counted,
    pages::encode,
    table::{Cell, Table},
};

/// What amounts of 10^-6 are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Pounds: of a case.
    Pound,
    /// The document's own.
    Own,
}

impl Unit {
    /// An amount as it is shown: pounds to the penny, another unit with the decimals that it needs.
    pub(crate) fn shown(self, micros: i64) -> String {
        match self {
            Self::Pound => figures::exact_pounds(figures::round(micros, 10_000)),
            Self::Own => {
                let amount = micros.unsigned_abs();
                let whole = figures::count(i64::try_from(amount / 1_000_000).unwrap_or(i64::MAX));
                let decimals = format!("{:06}", amount % 1_000_000);
                let decimals = decimals.trim_end_matches('0');
                let point = if decimals.is_empty() { "" } else { "." };
                format!("{}{whole}{point}{decimals}", if micros < 0 { "\u{2212}" } else { "" })
            }
        }
    }

    fn cell(self, micros: i64) -> Cell {
        Cell::number(self.shown(micros), figures::plain_micro(micros))
    }

    fn any(self, micros: Option<i64>) -> Cell {
        micros.map_or_else(Cell::none, |micros| self.cell(micros))
    }
}

/// A rule with its verdict.
pub(crate) struct Ruled {
    pub(crate) name: String,
    /// A word and its ground.
    pub(crate) verdict: (&'static str, &'static str),
    pub(crate) says: String,
}

/// A sharing as a page shows it.
pub(crate) struct View {
    pub(crate) finding: String,
    pub(crate) shares: Table,
    pub(crate) rules: Vec<Ruled>,
    pub(crate) leavers: Table,
    /// Groups whose value was taken from their parts, in a sentence.
    pub(crate) assumed: String,
}

/// The page of a stored sharing.
pub(crate) fn href(title: &str) -> String {
    format!("/back-office/sharing/{}", encode(title))
}

/// The stored sharings.
pub(crate) fn list(all: &[GainSharingHead]) -> Table {
    let table = Table::new("sharings", "Gains and those who share them")
        .text("Title", "title")
        .number("Players", "players")
        .text("Who", "names")
        .text("Imported", "imported_at");
    let row = |it: &GainSharingHead| {
        vec![
            Cell::link(it.title.clone(), href(&it.title)),
            Cell::count(i64::try_from(it.players.len()).unwrap_or(i64::MAX)),
            Cell::text(it.players.join(", ")),
            Cell::text(figures::plain_instant(it.imported_at_micros))
                .shown(figures::instant(it.imported_at_micros)),
        ]
    };
    table.rows(all.iter().map(row).collect::<Vec<_>>())
}

fn rule_words(rule: &str) -> &str {
    match rule {
        "shapley" => "Shapley value",
        "proportional" => "Proportional",
        "equal-price" => "Equal price",
        other => other,
    }
}

/// A rule within a sentence.
fn rule_in_sentence(rule: &str) -> String {
    match rule {
        "shapley" => "the Shapley value".into(),
        "proportional" => "the proportional rule".into(),
        "equal-price" => "the equal price".into(),
        other => other.to_owned(),
    }
}

/// Names within a sentence: `A`, `A and B`, `A, B and C`.
fn names(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn ruled(of: &GainRule, unit: Unit) -> Ruled {
    let (verdict, says) = if of.in_core {
        (
            ("in the core", "yes"),
            "No group would do better by itself: nobody has a reason to leave.".to_owned(),
        )
    } else {
        let verb = if of.blocking_groups == 1 { "does" } else { "do" };
        let who = names(&of.worst_group);
        let best = if of.worst_group.len() == 1 {
            format!("{who} alone would be {} better off", unit.shown(of.worst_gain_micros))
        } else {
            format!("{who} together would be {} better off", unit.shown(of.worst_gain_micros))
        };
        let text = format!(
            "{} {verb} better without the others. The one with most to gain: {best}.",
            counted(of.blocking_groups, "group"),
        );
        (("not in the core", "no"), text)
    };
    Ruled { name: rule_words(&of.rule).to_owned(), verdict, says }
}

/// What each player gets.
pub(crate) fn shares(of: &GainSharing, unit: Unit, id: &str) -> Table {
    let priced = of.shares.iter().any(|it| it.equal_price_micros.is_some());
    let pays = of.kind == "cost";
    let alone = if pays { "Pays alone" } else { "Saves alone" };
    let caption = if pays { "What each pays" } else { "What each gets of the saving" };
    let mut table = Table::new(format!("shares-{id}"), caption)
        .text("Player", "player")
        .number(alone, "alone")
        .number("Shapley value", "shapley")
        .text("Exactly", "shapley_exact")
        .number(format!("Proportional to {}", of.weighed_by), "proportional");
    if priced {
        table = table.number("Equal price", "equal_price");
    }
    let row = |it: &GainShare| {
        let mut cells = vec![
            Cell::text(it.player.clone()),
            unit.cell(it.alone_micros),
            unit.cell(it.shapley_micros),
            Cell::text(it.shapley_exact.clone()),
            unit.any(it.proportional_micros),
        ];
        if priced {
            cells.push(unit.any(it.equal_price_micros));
        }
        cells
    };
    table.rows(of.shares.iter().map(row).collect::<Vec<_>>())
}

/// Who would rather leave under which rule, and what would keep them.
pub(crate) fn leavers(of: &GainSharing, unit: Unit, id: &str) -> Table {
    let table = Table::new(format!("leavers-{id}"), "Who would rather leave, and what would keep them")
        .text("Player", "player")
        .text("Rule", "rule")
        .text("Would leave", "with")
        .number("Side payment that keeps it", "side_payment")
        .text("Do the others gain by paying?", "worth_paying")
        .empty("Nobody has a reason to leave under any rule.");
    let row = |rule: &str, it: &GainLeaver| {
        let with = if it.with.is_empty() { "alone".to_owned() } else { format!("with {}", names(&it.with)) };
        let worth = if it.worth_paying {
            Cell::text("yes: pay").toned("yes")
        } else {
            Cell::text("no: let it leave").toned("warn")
        };
        vec![
            Cell::text(it.player.clone()),
            Cell::text(rule_words(rule)),
            Cell::text(with),
            unit.cell(it.side_payment_micros),
            worth,
        ]
    };
    let rows = of.rules.iter().flat_map(|rule| rule.leavers.iter().map(|it| row(&rule.rule, it)));
    table.rows(rows.collect::<Vec<_>>())
}

fn finding(of: &GainSharing, unit: Unit) -> String {
    let stable: Vec<String> =
        of.rules.iter().filter(|it| it.in_core).map(|it| rule_in_sentence(&it.rule)).collect();
    let together = format!(
        "{} save {} together",
        counted(of.shares.len() as u64, "player"),
        unit.shown(of.saving_micros)
    );
    let together = if of.kind == "cost" {
        format!("{together}: they pay {} instead of what each would pay alone", unit.shown(of.total_micros))
    } else {
        together
    };
    match stable.len() {
        0 => format!("{together}. Under every rule somebody has a reason to leave."),
        some if some == of.rules.len() => format!("{together}. Under no rule has anybody a reason to leave."),
        _ => format!("{together}. Nobody has a reason to leave under {}.", names(&stable)),
    }
}

/// A sharing as a page shows it; ids of its parts end with `id`.
pub(crate) fn view(of: &GainSharing, unit: Unit, id: &str) -> View {
    let assumed = if of.assumed.is_empty() {
        String::new()
    } else {
        format!(
            "The document gives no value for {}: {}. Each was taken from its parts.",
            counted(of.assumed.len() as u64, "group"),
            of.assumed.join("; ")
        )
    };
    View {
        finding: finding(of, unit),
        shares: shares(of, unit, id),
        rules: of.rules.iter().map(|it| ruled(it, unit)).collect(),
        leavers: leavers(of, unit, id),
        assumed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_that_they_need() {
        assert_eq!(
            [70_000_000, 1_833_333, -500_000, 1_204_000_010].map(|it| Unit::Own.shown(it)),
            ["70", "1.833333", "\u{2212}0.5", "1,204.00001"]
        );
        assert_eq!(Unit::Pound.shown(12_345_675_000), "£12,345.68");
    }

    #[test]
    fn a_rule_outside_the_core_names_the_group_with_most_to_gain() {
        let group = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let rule = GainRule {
            rule: "proportional".into(),
            blocking_groups: 2,
            worst_group: group(&["A", "B", "C"]),
            worst_gain_micros: 10_000_000,
            ..GainRule::default()
        };
        let told = ruled(&rule, Unit::Own);
        assert_eq!(told.verdict.0, "not in the core");
        assert_eq!(
            told.says,
            "2 groups do better without the others. The one with most to gain: A, B and C together would be 10 better off."
        );
        let alone = GainRule { worst_group: group(&["A"]), blocking_groups: 1, ..rule };
        assert!(ruled(&alone, Unit::Own).says.starts_with("1 group does better"));
        assert!(ruled(&alone, Unit::Own).says.ends_with("A alone would be 10 better off."));
    }
}
