//! What is done in a round, read from its forms.

use muster_kit::{Error, Result};
use muster_proto::catalogue::v1::{
    Bid, CancelRound, ClosePledging, ComputeAward, Constraints, DecideAward, Lot, MakeAward, Pledge,
    SwitchingCost, Tier, Veto, WithdrawBid, act_on_round_request::Action,
};

use super::read::{self, wrong};
use crate::pages::{Fields, choices::Problem};

/// Seconds that an award is searched for when nobody says, and at most.
pub(super) const SECONDS: (u32, u32) = (10, 20);

/// The heading of a form, which its errors lead to.
pub(super) fn heading(act: &str) -> String {
    let form = match act {
        "approve" | "refuse" => "decide",
        "award" => "award-now",
        "pledge" | "close" | "bid" | "withdraw" | "compute" | "cancel" => act,
        _ => "act",
    };
    format!("{form}-heading")
}

/// The action of a form, or what is wrong with it. The service knows the rest of what may be wrong.
pub(super) fn action(fields: &Fields, lots: &[Lot]) -> Result<Action, Vec<Problem>> {
    let text = |name: &str| fields.get(name).to_owned();
    match fields.get("act") {
        "pledge" => pledge(fields).map(Action::Pledge).map_err(|problem| vec![problem]),
        "close" => Ok(Action::Close(ClosePledging {})),
        "bid" => bid(fields, lots).map(Action::Bid),
        "withdraw" => Ok(Action::Withdraw(WithdrawBid { bid_id: text("withdraw_bid") })),
        "compute" => compute(fields).map(Action::Compute),
        act @ ("approve" | "refuse") => Ok(Action::Decide(DecideAward {
            organisation: text("decide_organisation").to_ascii_uppercase(),
            approve: act == "approve",
            reason: text("decide_reason"),
        })),
        "award" => Ok(Action::Award(MakeAward { from: text("award_from"), until: text("award_until") })),
        "cancel" => Ok(Action::Cancel(CancelRound { reason: text("cancel_reason") })),
        other => {
            let error = Error::bad_request(format!("nothing in a round is called `{other}`"));
            Err(vec![wrong("act-heading", error.message())])
        }
    }
}

fn pledge(fields: &Fields) -> Result<Pledge, Problem> {
    let quantity = read::decimal(fields.get("pledge_quantity"), 0);
    Ok(Pledge {
        organisation: fields.get("pledge_organisation").to_ascii_uppercase(),
        lot_id: fields.get("pledge_lot").to_owned(),
        quantity: quantity.ok_or_else(|| {
            wrong("pledge_quantity", "Units must be a whole number; 0 takes the pledge back")
        })?,
    })
}

fn tier((line, parts): (usize, Vec<&str>)) -> Result<Tier, Problem> {
    let part = |place: usize| parts.get(place).copied().unwrap_or_default();
    let read = (read::decimal(part(0), 0), read::decimal(part(1), 4));
    let (Some(min_quantity), Some(unit_price_hundredths)) = read else {
        let text = format!(
            "Line {line} of prices by quantity: write the least quantity and the price of one unit, such as 500; 6.20"
        );
        return Err(wrong("bid_tiers", text));
    };
    Ok(Tier { min_quantity, unit_price_hundredths })
}

fn bid(fields: &Fields, lots: &[Lot]) -> Result<Bid, Vec<Problem>> {
    let mut problems = Vec::new();
    for (field, text) in [
        ("bid_id", "Write an id for the bid, one of its kind in the round, such as A-1"),
        ("bid_supplier", "Write who bids"),
    ] {
        if fields.get(field).is_empty() {
            problems.push(wrong(field, text));
        }
    }
    let chosen = |(place, _): &(usize, &Lot)| !fields.get(&format!("bid_lot_{place}")).is_empty();
    let lots: Vec<String> =
        lots.iter().enumerate().filter(chosen).map(|(_, lot)| lot.lot_id.clone()).collect();
    if lots.is_empty() {
        problems.push(wrong("bid_lot_0", "Tick the lots that the bid is for"));
    }
    let tiers = read::lines(fields.get("bid_tiers")).map(tier);
    let tiers: Vec<Tier> = tiers.filter_map(|it| it.map_err(|problem| problems.push(problem)).ok()).collect();
    let price_pence = match (fields.get("bid_price"), tiers.is_empty()) {
        ("", false) => 0,
        (text, _) => read::decimal(text, 2).unwrap_or_else(|| {
            let text = "Write the price for all of it in pounds, such as 18000.00, or prices by quantity";
            problems.push(wrong("bid_price", text));
            0
        }),
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let requires = fields.get("bid_requires").split([',', ';', '\n']).map(str::trim);
    Ok(Bid {
        bid_id: fields.get("bid_id").to_owned(),
        supplier: fields.get("bid_supplier").to_owned(),
        lots,
        price_pence,
        tiers,
        incremental: !fields.get("bid_incremental").is_empty(),
        requires: requires.filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    })
}

fn veto((line, parts): (usize, Vec<&str>)) -> Result<Veto, Problem> {
    let [organisation, supplier, lot_id] = parts.as_slice() else {
        let text = format!(
            "Line {line} of vetoes: write organisation, supplier and lot, with semicolons between them"
        );
        return Err(wrong("vetoes", text));
    };
    Ok(Veto {
        organisation: organisation.to_ascii_uppercase(),
        supplier: (*supplier).to_owned(),
        lot_id: (*lot_id).to_owned(),
    })
}

fn switching((line, parts): (usize, Vec<&str>)) -> Result<SwitchingCost, Problem> {
    let pence = parts.get(1).and_then(|text| read::decimal(text, 2));
    let pence = pence.filter(|_| parts.len() == 2).ok_or_else(|| {
        let text =
            format!("Line {line} of switching costs: write the supplier and pounds, such as Medline; 2500");
        wrong("switching", text)
    })?;
    Ok(SwitchingCost { supplier: parts.first().map_or("", |name| *name).to_owned(), pence })
}

fn compute(fields: &Fields) -> Result<ComputeAward, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut or_none = |field: &str, places: usize, text: &str| match fields.get(field) {
        "" => 0,
        typed => read::decimal(typed, places).unwrap_or_else(|| {
            problems.push(wrong(field, text));
            0
        }),
    };
    let max_suppliers =
        or_none("max_suppliers", 0, "Most suppliers must be a whole number; empty = no limit");
    let share = or_none("max_share", 4, "The largest share must be per cent, such as 60; empty = no limit");
    let seconds = or_none("seconds", 0, "Seconds must be a whole number from 1 to 20");
    if seconds > i64::from(SECONDS.1) {
        problems.push(wrong("seconds", "Seconds must be a whole number from 1 to 20"));
    }
    let vetoes = read::lines(fields.get("vetoes")).map(veto);
    let vetoes: Vec<Veto> =
        vetoes.filter_map(|it| it.map_err(|problem| problems.push(problem)).ok()).collect();
    let costs = read::lines(fields.get("switching")).map(switching);
    let switching: Vec<SwitchingCost> =
        costs.filter_map(|it| it.map_err(|problem| problems.push(problem)).ok()).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let constraints = Constraints {
        max_suppliers: u32::try_from(max_suppliers).unwrap_or(u32::MAX),
        // per cent with four decimals is parts per million
        max_share_ppm: share,
        vetoes,
        switching,
    };
    Ok(ComputeAward { constraints: Some(constraints), seconds: u32::try_from(seconds).unwrap_or(SECONDS.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.set(name, *value);
        }
        fields
    }

    fn lots() -> Vec<Lot> {
        ["GLV", "SYR"].map(|id| Lot { lot_id: id.into(), ..Lot::default() }).into()
    }

    #[test]
    fn a_bundle_is_for_the_lots_that_are_ticked() {
        let filled = fields(&[
            ("act", "bid"),
            ("bid_id", "B-3"),
            ("bid_supplier", "Medline"),
            ("bid_lot_0", "on"),
            ("bid_lot_1", "on"),
            ("bid_price", "£180,000"),
            ("bid_requires", "B-1, B-2"),
        ]);
        let Ok(Action::Bid(bid)) = action(&filled, &lots()) else { panic!("no bid") };
        assert_eq!(
            (bid.price_pence, bid.lots, bid.requires),
            (18_000_000, vec!["GLV".to_owned(), "SYR".into()], vec!["B-1".to_owned(), "B-2".into()])
        );
        let problems =
            action(&fields(&[("act", "bid"), ("bid_tiers", "500; cheap")]), &lots()).err().unwrap();
        let wrong: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(wrong, ["bid_id", "bid_supplier", "bid_lot_0", "bid_tiers", "bid_price"]);
    }

    #[test]
    fn tiers_need_no_price_for_all() {
        let filled = fields(&[
            ("act", "bid"),
            ("bid_id", "A"),
            ("bid_supplier", "Ansell"),
            ("bid_lot_1", "on"),
            ("bid_tiers", "1; 6.50\n1,000; 6.2075"),
            ("bid_incremental", "on"),
        ]);
        let Ok(Action::Bid(bid)) = action(&filled, &lots()) else { panic!("no bid") };
        assert_eq!(bid.tiers[1], Tier { min_quantity: 1_000, unit_price_hundredths: 62_075 });
        assert!(bid.incremental && bid.lots == ["SYR"]);
    }

    #[test]
    fn constraints_are_read_and_what_is_wrong_names_its_line() {
        let filled = fields(&[
            ("act", "compute"),
            ("max_suppliers", "2"),
            ("max_share", "62.5"),
            ("vetoes", "rjz; Medline; GLV"),
            ("switching", "Medline; 2,500"),
        ]);
        let Ok(Action::Compute(compute)) = action(&filled, &[]) else { panic!("no award") };
        let constraints = compute.constraints.unwrap();
        assert_eq!((constraints.max_suppliers, constraints.max_share_ppm, compute.seconds), (2, 625_000, 0));
        assert_eq!(
            (constraints.vetoes[0].organisation.as_str(), constraints.switching[0].pence),
            ("RJZ", 250_000)
        );
        let wrong = fields(&[("act", "compute"), ("vetoes", "RJZ; GLV"), ("seconds", "60")]);
        let problems = action(&wrong, &[]).err().unwrap();
        assert!(problems[0].field == "seconds" && problems[1].text.starts_with("Line 1 of vetoes"));
    }
}
