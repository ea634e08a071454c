//! `muster catalogue round`

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use jiff::{Timestamp, civil::Date};
use muster_proto::{
    catalogue::v1::{self as pb, act_on_round_request::Action},
    common::v1::PageRequest,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::{self, phase, pounds, price};
use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Rounds of a page.
const PAGE: u32 = 500;

#[derive(Subcommand, Debug)]
pub(crate) enum RoundCommand {
    /// Rounds, newest first
    List,
    /// A round with its pledges, bids, award and history
    Show {
        /// Id of the round
        round: String,
    },
    /// Open a round
    Open(OpenArgs),
    /// Promise to buy so much of a lot
    Pledge {
        /// Id of the round
        round: String,
        /// Who, by ODS code
        #[arg(long, value_name = "ORG")]
        organisation: String,
        /// Id of the lot
        #[arg(long)]
        lot: String,
        /// Units; 0 takes the pledge back
        #[arg(long)]
        quantity: i64,
    },
    /// End pledging, so that bids may come
    Close {
        /// Id of the round
        round: String,
    },
    /// Enter a bid
    Bid {
        /// Id of the round
        round: String,
        /// JSON: {"id", "supplier", "lots": [..], "price_pence" or "tiers": [{"min_quantity", "unit_price_hundredths"}], "kind", "requires"}
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take a bid back
    Withdraw {
        /// Id of the round
        round: String,
        /// Id of the bid
        bid: String,
    },
    /// Compute an award and put it forward
    Compute {
        /// Id of the round
        round: String,
        /// JSON: {"max_suppliers", "max_share_ppm", "vetoes": [{"organisation", "supplier", "lot"}], "switching": [{"supplier", "pence"}]}
        #[arg(long, value_name = "FILE")]
        constraints: Option<PathBuf>,
        /// Seconds to search at most
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=20))]
        seconds: u32,
    },
    /// Agree with the award that is put forward
    Approve {
        /// Id of the round
        round: String,
        /// Who, by ODS code
        #[arg(long, value_name = "ORG")]
        organisation: String,
    },
    /// Do not agree with it
    Refuse {
        /// Id of the round
        round: String,
        /// Who, by ODS code
        #[arg(long, value_name = "ORG")]
        organisation: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Make the award
    Award {
        /// Id of the round
        round: String,
        /// First day of the contract [default: today]
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// Last day [default: a year from the first]
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
    },
    /// End the round without an award
    Cancel {
        /// Id of the round
        round: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct OpenArgs {
    /// JSON: {"title", "partners": [{"organisation", "central"}], "lots": [{"id", "item", "description", "estimated_unit_price_hundredths", "consumables"}]}
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Pledges are taken up to this instant, such as 2020-04-01T12:00:00Z
    #[arg(long, value_name = "INSTANT")]
    pledge_by: Timestamp,
    /// Bids are taken before it
    #[arg(long, value_name = "INSTANT")]
    bids_by: Timestamp,
    /// Approvals are taken before it
    #[arg(long, value_name = "INSTANT")]
    approve_by: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    title: String,
    #[serde(default)]
    subject: String,
    partners: Vec<Partner>,
    lots: Vec<Lot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Partner {
    organisation: String,
    #[serde(default)]
    central: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lot {
    id: String,
    #[serde(default)]
    item: i64,
    #[serde(default)]
    description: String,
    #[serde(default)]
    estimated_unit_price_hundredths: i64,
    #[serde(default)]
    consumables: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bid {
    id: String,
    supplier: String,
    lots: Vec<String>,
    #[serde(default)]
    price_pence: i64,
    #[serde(default)]
    tiers: Vec<Tier>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    requires: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tier {
    min_quantity: i64,
    unit_price_hundredths: i64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Constraints {
    max_suppliers: u32,
    max_share_ppm: i64,
    vetoes: Vec<Veto>,
    switching: Vec<Switching>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Veto {
    organisation: String,
    supplier: String,
    lot: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switching {
    supplier: String,
    pence: i64,
}

fn read<T: for<'de> Deserialize<'de>>(path: &PathBuf) -> Result<T, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read `{shown}`: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Failure::Usage(format!("{shown}: {error}")))
}

/// Runs the command.
pub(super) async fn run(command: RoundCommand, shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    match command {
        RoundCommand::List => list(shared, clients).await,
        RoundCommand::Show { round } => {
            let request = clients.request(pb::GetRoundRequest { round_id: round });
            let round = clients.catalogue().get_round(request).await?.into_inner().round;
            print(&round.unwrap_or_default(), shared)
        }
        RoundCommand::Open(args) => {
            let request = clients.request(opening(&args)?);
            let round = clients.catalogue().open_round(request).await?.into_inner().round;
            print(&round.unwrap_or_default(), shared)
        }
        other => {
            let (round_id, action) = action(other)?;
            let request = clients.request(pb::ActOnRoundRequest { round_id, action: Some(action) });
            let round = clients.catalogue().act_on_round(request).await?.into_inner().round;
            print(&round.unwrap_or_default(), shared)
        }
    }
}

fn opening(args: &OpenArgs) -> Result<pb::OpenRoundRequest, Failure> {
    let of: Opening = read(&args.file)?;
    let subject = match of.subject.as_str() {
        "" | "supplies" => pb::Subject::Supplies,
        "light-touch" => pb::Subject::LightTouch,
        "works" => pb::Subject::Works,
        other => {
            return Err(Failure::Usage(format!("subject `{other}` is not supplies, light-touch or works")));
        }
    };
    let lot = |it: Lot| pb::Lot {
        lot_id: it.id,
        item: it.item,
        description: it.description,
        estimated_unit_price_hundredths: it.estimated_unit_price_hundredths,
        consumables: it.consumables,
    };
    let partner = |it: Partner| pb::Partner { organisation: it.organisation, central: it.central };
    Ok(pb::OpenRoundRequest {
        title: of.title,
        subject: subject.into(),
        partners: of.partners.into_iter().map(partner).collect(),
        lots: of.lots.into_iter().map(lot).collect(),
        pledge_by_micros: args.pledge_by.as_microsecond(),
        bids_by_micros: args.bids_by.as_microsecond(),
        approve_by_micros: args.approve_by.as_microsecond(),
    })
}

fn action(command: RoundCommand) -> Result<(String, Action), Failure> {
    Ok(match command {
        RoundCommand::Pledge { round, organisation, lot, quantity } => {
            (round, Action::Pledge(pb::Pledge { organisation, lot_id: lot, quantity }))
        }
        RoundCommand::Close { round } => (round, Action::Close(pb::ClosePledging {})),
        RoundCommand::Bid { round, file } => (round, Action::Bid(bid(read(&file)?)?)),
        RoundCommand::Withdraw { round, bid } => (round, Action::Withdraw(pb::WithdrawBid { bid_id: bid })),
        RoundCommand::Compute { round, constraints, seconds } => {
            let of = constraints.as_ref().map(read).transpose()?.unwrap_or_default();
            (round, Action::Compute(pb::ComputeAward { constraints: Some(constraints_of(of)), seconds }))
        }
        RoundCommand::Approve { round, organisation } => {
            (round, Action::Decide(pb::DecideAward { organisation, approve: true, reason: String::new() }))
        }
        RoundCommand::Refuse { round, organisation, reason } => {
            (round, Action::Decide(pb::DecideAward { organisation, approve: false, reason }))
        }
        RoundCommand::Award { round, from, until } => {
            let day = |day: Option<Date>| day.map(|it| it.to_string()).unwrap_or_default();
            (round, Action::Award(pb::MakeAward { from: day(from), until: day(until) }))
        }
        RoundCommand::Cancel { round, reason } => (round, Action::Cancel(pb::CancelRound { reason })),
        RoundCommand::List | RoundCommand::Show { .. } | RoundCommand::Open(_) => {
            return Err(Failure::Usage("that does nothing in a round".to_owned()));
        }
    })
}

fn bid(of: Bid) -> Result<pb::Bid, Failure> {
    let incremental = match of.kind.as_str() {
        "" | "all-units" => false,
        "incremental" => true,
        other => return Err(Failure::Usage(format!("kind `{other}` is not all-units or incremental"))),
    };
    let tier = |it: Tier| pb::Tier {
        min_quantity: it.min_quantity,
        unit_price_hundredths: it.unit_price_hundredths,
    };
    Ok(pb::Bid {
        bid_id: of.id,
        supplier: of.supplier,
        lots: of.lots,
        price_pence: of.price_pence,
        tiers: of.tiers.into_iter().map(tier).collect(),
        incremental,
        requires: of.requires,
    })
}

fn constraints_of(of: Constraints) -> pb::Constraints {
    let veto = |it: Veto| pb::Veto { organisation: it.organisation, supplier: it.supplier, lot_id: it.lot };
    let switching = |it: Switching| pb::SwitchingCost { supplier: it.supplier, pence: it.pence };
    pb::Constraints {
        max_suppliers: of.max_suppliers,
        max_share_ppm: of.max_share_ppm,
        vetoes: of.vetoes.into_iter().map(veto).collect(),
        switching: of.switching.into_iter().map(switching).collect(),
    }
}

async fn list(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let (mut rounds, mut token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListRoundsRequest { page: Some(PageRequest { size: PAGE, token }) };
        let answer = clients.catalogue().list_rounds(clients.request(request)).await?.into_inner();
        rounds.extend(answer.rounds);
        token = answer.page.unwrap_or_default().next_token;
        if token.is_empty() {
            break;
        }
    }
    if shared.json {
        let rounds: Vec<Value> = rounds.iter().map(documents::round).collect();
        return Ok(output::json(&json!({ "rounds": rounds }))?);
    }
    if rounds.is_empty() {
        return Ok(output::line("no round was opened yet; `muster catalogue round open FILE` opens one")?);
    }
    let row = |it: &pb::Round| {
        vec![
            it.round_id.clone(),
            it.title.clone(),
            phase(it.phase()).to_owned(),
            it.partners.len().to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = rounds.iter().map(row).collect();
    Ok(output::table(&["round", "title", "phase", "partners"], &rows)?)
}

fn print(round: &pb::Round, shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        return Ok(output::json(&documents::round(round))?);
    }
    output::line(&format!("{}: {} ({})", round.round_id, round.title, phase(round.phase())))?;
    output::line(&format!("possible now: {}", round.possible.join(", ")))?;
    if let Some(award) = &round.award {
        let how = if award.optimal { "proven to be the least" } else { "the best that was found" };
        output::line(&format!("award of {} pounds, {how}", pounds(award.cost_pence)))?;
        let row = |it: &pb::AwardedLot| {
            vec![
                it.lot_id.clone(),
                it.quantity.to_string(),
                it.supplier.clone(),
                it.bid_id.clone(),
                price(it.unit_price_hundredths),
            ]
        };
        let rows: Vec<Vec<String>> = award.lots.iter().map(row).collect();
        output::table(&["lot", "quantity", "supplier", "bid", "unit_price"], &rows)?;
    }
    round.history.iter().try_for_each(|it| Ok(output::line(&format!("{:>4}  {}", it.number, it.text))?))
}
