//! Sharing: the published vectors, and what holds for every game.

use std::time::Instant;

use muster_backoffice::{
    domain::sharing::{Break, Game, Kind, Purchase, check, proportional, shapley},
    import::{SHARE_EXAMPLE, read_share},
};
use proptest::prelude::*;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("p{at}")).collect()
}

#[test]
fn three_buyers_at_price_breaks() {
    let share = read_share(SHARE_EXAMPLE).expect("the example");
    let game = &share.game;
    assert_eq!(game.total(), 200 * game.scale());
    let value = shapley(game);
    assert_eq!([value.exact(0), value.exact(1), value.exact(2)], ["70", "80", "50"]);
    let purchase = share.purchase.as_ref().expect("quantities");
    let equal = purchase.equal_price(game);
    assert_eq!([equal.exact(0), equal.exact(1), equal.exact(2)], ["60", "90", "50"]);
    let by_quantity = proportional(game, &share.weights).expect("weights");
    assert_eq!([by_quantity.exact(0), by_quantity.exact(1), by_quantity.exact(2)], ["40", "60", "100"]);
    for allocation in [value, equal, by_quantity] {
        let check = check(game, &allocation);
        assert!(check.in_core && check.blocking == 0 && check.leavers.is_empty(), "{check:?}");
    }
}

const AIRPORT: &str = r#""players": ["a", "b", "c"], "values": {"a": 1, "b": 2, "c": 3, "a,b": 2, "c,a": 3, "b,c": 3, "a,b,c": 3}"#;

#[test]
fn the_airport_is_shared_in_exact_thirds_and_sixths() {
    for kind in ["cost", "saving"] {
        let share = read_share(&format!("{{{AIRPORT}, \"kind\": \"{kind}\"}}")).expect("a document");
        let value = shapley(&share.game);
        assert_eq!([value.exact(0), value.exact(1), value.exact(2)], ["1/3", "5/6", "11/6"]);
        // as a cost it is in the core; as a gain the first would rather keep its 1
        let check = check(&share.game, &value);
        assert_eq!(check.in_core, kind == "cost");
    }
}

#[test]
fn a_leaver_is_kept_by_what_it_would_gain() {
    let text = r#"{"players": ["a", "b", "c"], "weights": {"a": 1, "b": 1, "c": 8},
        "values": {"a,b": 90, "a,c": 20, "b,c": 20, "a,b,c": 100}}"#;
    let share = read_share(text).expect("a document");
    let allocation = proportional(&share.game, &share.weights).expect("weights");
    let check = check(&share.game, &allocation);
    assert_eq!(check.blocking, 1);
    let (group, gain) = check.worst.expect("a and b");
    assert_eq!((share.game.names(group), gain), (vec!["a", "b"], 70.0));
    let payments: Vec<_> =
        check.leavers.iter().map(|it| (it.player, it.side_payment, it.worth_paying)).collect();
    assert_eq!(payments, [(0, 70.0, true), (1, 70.0, true)]);
}

#[test]
fn documents_are_refused_with_place_value_and_remedy() {
    for (text, want) in [
        ("[]", "document: is no object"),
        (r#"{"players": ["a", "a"], "values": {}}"#, "players[1]: stands twice"),
        (
            r#"{"players": ["a", "b"], "values": {"a,x": 1}}"#,
            "values.a,x: `x` is no player (found 1); use one of: a, b",
        ),
        (r#"{"players": ["a", "b"], "values": {"a,b": 1, "b,a": 2}}"#, "the same group stands twice"),
        (r#"{"players": ["a", "b"], "values": {"a": 1}}"#, "the group `a,b` has no value"),
        (
            r#"{"players": ["a"], "quantities": {"a": -1}, "price_breaks": [{"from": 0, "price": 1}]}"#,
            "quantities.a: is out of range",
        ),
        (
            r#"{"players": ["a"], "quantities": {"a": 1}, "price_breaks": []}"#,
            "price_breaks: no price is there",
        ),
        (
            r#"{"players": ["a"], "quantities": {"a": 1}, "price_breaks": [{"from": 5, "price": 1}]}"#,
            "has no price alone",
        ),
        (r#"{"players": ["a"], "quantites": {"a": 1}}"#, "quantites: is not known here"),
        (r#"{"players": ["a"]}"#, "nothing to share"),
    ] {
        let refused = read_share(text).expect_err(text).to_string();
        assert!(refused.contains(want) && refused.contains("; "), "{text}: {refused}");
    }
    let many: Vec<String> = (0..23).map(|at| format!("\"p{at}\"")).collect();
    let text = format!(r#"{{"players": [{}], "values": {{}}}}"#, many.join(","));
    assert!(read_share(&text).expect_err("23 players").to_string().contains("give 1 to 22"));
}

#[test]
fn groups_left_out_count_as_their_best_parts_when_asked() {
    let text = r#"{"players": ["a", "b", "c"], "missing": "parts", "values": {"a,b": 90, "c": 5}}"#;
    let share = read_share(text).expect("a document");
    assert_eq!(share.game.total(), 95 * share.game.scale());
    assert_eq!(share.assumed.len(), 5);
}

/// A purchase of many players with price breaks.
fn purchase(quantities: Vec<i64>) -> Purchase {
    let breaks = [(0, 100_000), (100_000, 90_000), (200_000, 85_000), (1_000_000, 70_000)];
    let breaks = breaks.map(|(from, price)| Break { from, price }).to_vec();
    Purchase::new(names(quantities.len()), quantities, breaks).expect("a purchase")
}

#[test]
fn twenty_two_players_are_exact() {
    let begun = Instant::now();
    let purchase = purchase((1..=22).map(|at| at * 7_000).collect());
    let game = purchase.game().expect("a game");
    let value = shapley(&game);
    let sum: i128 = value.numerators.iter().sum();
    assert_eq!(sum, i128::from(game.total()) * value.denominator / i128::from(game.scale()));
    for allocation in [value, purchase.equal_price(&game)] {
        check(&game, &allocation);
    }
    eprintln!("22 players: {:?}", begun.elapsed());
}

/// The definition, in every order, for few players.
fn by_orders(game: &Game) -> Vec<(i128, i128)> {
    let players = game.players().len();
    let mut sums = vec![0_i128; players];
    let mut orders = 0;
    let mut order: Vec<usize> = (0..players).collect();
    permute(&mut order, 0, &mut |order| {
        orders += 1;
        let mut before = 0;
        for player in order {
            let after = before | 1 << player;
            sums[*player] += i128::from(game.values()[after] - game.values()[before]);
            before = after;
        }
    });
    sums.into_iter().map(|sum| (sum, orders)).collect()
}

fn permute(order: &mut [usize], from: usize, seen: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return seen(order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, seen);
        order.swap(from, at);
    }
}

fn any_game() -> impl Strategy<Value = Game> {
    (1_usize..6, any::<bool>()).prop_flat_map(|(players, cost)| {
        let kind = if cost { Kind::Cost } else { Kind::Saving };
        prop::collection::vec(-1_000_i64..1_000, (1 << players) - 1).prop_map(move |mut values| {
            values.insert(0, 0);
            Game::new(names(players), kind, values, 1).expect("a game")
        })
    })
}

proptest! {
    #[test]
    fn the_value_is_the_mean_over_every_order(game in any_game()) {
        let value = shapley(&game);
        for (player, (sum, orders)) in by_orders(&game).into_iter().enumerate() {
            prop_assert_eq!(value.numerators[player] * orders, sum * value.denominator);
        }
        prop_assert_eq!(value.numerators.iter().sum::<i128>(), i128::from(game.total()) * value.denominator);
    }

    #[test]
    fn a_player_who_adds_nothing_gets_nothing_and_equals_get_the_same(
        quantities in prop::collection::vec(0_i64..200_000, 1..7),
    ) {
        let mut quantities = quantities;
        quantities.extend([0, quantities[0]]);
        let purchase = purchase(quantities);
        let game = purchase.game().expect("a game");
        let value = shapley(&game);
        let last = value.numerators.len() - 1;
        prop_assert_eq!(value.numerators[last - 1], 0);
        prop_assert_eq!(value.numerators[last], value.numerators[0]);
    }

    #[test]
    fn a_leaver_that_is_paid_has_no_reason_left(game in any_game()) {
        let value = shapley(&game);
        let found = check(&game, &value);
        prop_assert_eq!(found.in_core, found.worst.is_none());
        prop_assert_eq!(found.in_core, found.leavers.is_empty());
        let sign = if game.kind() == Kind::Saving { 1.0 } else { -1.0 };
        for leaver in &found.leavers {
            for (group, it) in game.values().iter().enumerate().take(game.values().len() - 1) {
                if group & (1 << leaver.player) == 0 { continue }
                let have: f64 = (0..game.players().len()).filter(|p| group & (1 << p) != 0).map(|p| value.part(p)).sum();
                let alone = f64::from(i32::try_from(*it).expect("small"));
                prop_assert!(sign * (alone - have) <= leaver.side_payment + 1e-6);
            }
        }
    }
}
