//! A gain and how it could be shared.

use muster_proto::backoffice::v1 as pb;

use crate::{
    domain::{
        Word as _,
        business_case::Gain,
        figure::divide_i64,
        sharing::{Allocation, Coalition, CoreCheck, Game, Kind, check, proportional, shapley},
    },
    import::Share,
    store::records::Record,
};

/// Units of the contract in one.
const MICROS: i128 = 1_000_000;

/// A sharing that is stored.
pub(crate) fn shared(record: &Record, of: &Share) -> pb::GainSharing {
    let equal = of.purchase.as_ref().map(|it| it.equal_price(&of.game));
    pb::GainSharing {
        title: of.title.clone(),
        weighed_by: of.weighed_by.to_owned(),
        assumed: of.assumed.iter().map(|it| of.game.names(*it).join(", ")).collect(),
        import_id: record.import_id.clone(),
        ..sharing(&of.game, &of.weights, equal.as_ref())
    }
}

/// A sharing that is stored, not worked out.
pub(crate) fn share_head(record: &Record, of: &Share) -> pb::GainSharingHead {
    pb::GainSharingHead {
        title: of.title.clone(),
        players: of.game.players().to_vec(),
        import_id: record.import_id.clone(),
        imported_at_micros: record.recorded_at,
    }
}

/// The sharing of what a case gains.
pub(super) fn of_gain(of: &Gain) -> pb::GainSharing {
    pb::GainSharing {
        title: format!("yearly gain of those whom {} serves", of.provider),
        weighed_by: "local cost".to_owned(),
        ..sharing(&of.game, &of.weights, None)
    }
}

fn sharing(game: &Game, weights: &[i64], equal: Option<&Allocation>) -> pb::GainSharing {
    let (fair, by_weight) = (shapley(game), proportional(game, weights));
    let alone = game.alone();
    let share = |(player, name): (usize, &String)| pb::GainShare {
        player: name.clone(),
        alone_micros: value(game, alone[player]),
        shapley_micros: part(&fair, player),
        shapley_exact: fair.exact(player),
        proportional_micros: by_weight.as_ref().map(|it| part(it, player)),
        equal_price_micros: equal.map(|it| part(it, player)),
    };
    let saving = match game.kind() {
        Kind::Saving => game.total(),
        Kind::Cost => alone.iter().sum::<i64>() - game.total(),
    };
    let rules = [("shapley", Some(&fair)), ("proportional", by_weight.as_ref()), ("equal-price", equal)];
    pb::GainSharing {
        title: String::new(),
        kind: game.kind().word().to_owned(),
        total_micros: value(game, game.total()),
        saving_micros: value(game, saving),
        weighed_by: String::new(),
        shares: game.players().iter().enumerate().map(share).collect(),
        rules: rules.into_iter().filter_map(|(name, it)| Some(rule(game, name, &check(game, it?)))).collect(),
        assumed: Vec::new(),
        import_id: String::new(),
    }
}

/// A value of the game in 10^-6 of the unit.
fn value(game: &Game, value: i64) -> i64 {
    divide_i64(i128::from(value) * MICROS, i128::from(game.scale()))
}

/// A player's part in 10^-6 of the unit.
fn part(of: &Allocation, player: usize) -> i64 {
    divide_i64(of.numerators[player].saturating_mul(MICROS), of.denominator)
}

/// A float of the core check in 10^-6 of the unit.
#[expect(
    clippy::cast_possible_truncation,
    reason = "sums of pounds in 10^-6 are far from the limits of 64 bits"
)]
fn micros(of: f64) -> i64 {
    (of * 1e6).round() as i64
}

fn rule(game: &Game, name: &str, of: &CoreCheck) -> pb::GainRule {
    let names = |group: Coalition| game.names(group).into_iter().map(str::to_owned).collect::<Vec<_>>();
    pb::GainRule {
        rule: name.to_owned(),
        in_core: of.in_core,
        blocking_groups: of.blocking,
        worst_group: of.worst.map(|(group, _)| names(group)).unwrap_or_default(),
        worst_gain_micros: of.worst.map_or(0, |(_, gain)| micros(gain)),
        leavers: of
            .leavers
            .iter()
            .map(|it| pb::GainLeaver {
                player: game.players()[it.player].clone(),
                with: names(it.with),
                side_payment_micros: micros(it.side_payment),
                worth_paying: it.worth_paying,
            })
            .collect(),
    }
}
