//! The catalogue of the sample: files through the normal imports, proposals, and two rounds that went through their states.

use std::time::Duration;

use muster_catalogue::sample::{ORGANISATIONS, SURGICAL, Sample, SampleLot};
use muster_kit::{Error, clock};
use muster_proto::catalogue::v1::{self as pb, act_on_round_request::Action};

use super::import;
use crate::{connect::Clients, exit::Failure};

/// How long pledges and bids of the awarded round are taken: the deadlines of a round are kept for the sample, too.
const MOMENT: Duration = Duration::from_secs(3);

/// Packs that each partner pledges of a lot for a year.
const PLEDGED: i64 = 480;

/// Loads the catalogue of a seed.
pub(super) async fn load(clients: &Clients, seed: u64) -> Result<(), Failure> {
    let made = tokio::task::spawn_blocking(move || {
        let sample = Sample::new(seed);
        (sample.files(), sample.lots())
    });
    let (files, lots) =
        made.await.map_err(|error| Error::internal("making the sample failed").with_source(error))?;
    for file in files {
        import(file.kind, &file.name, None, file.text, clients).await?;
    }
    let request = clients.request(pb::ProposeEquivalencesRequest::default());
    let mut told = clients.catalogue().propose_equivalences(request).await?.into_inner();
    while told.message().await?.is_some() {}
    awarded_round(clients, &lots).await?;
    open_round(clients, &lots).await
}

async fn number(clients: &Clients, lot: &SampleLot) -> Result<i64, Failure> {
    let (organisation, item_ref) = lot.item.clone();
    let request = pb::SearchItemsRequest { words: item_ref.clone(), organisation, ..Default::default() };
    // on a busy machine the index may be a little behind the import
    for _ in 0..60 {
        let found = clients.catalogue().search_items(clients.request(request.clone())).await?.into_inner();
        let mut items = found.hits.into_iter().filter_map(|hit| hit.item);
        if let Some(item) = items.find(|item| item.item_ref == item_ref) {
            return Ok(item.number);
        }
        if !found.catching_up {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Failure::Failed(Error::internal("an item of the sample is not found")))
}

/// Lots as a round is opened with them.
async fn asked(clients: &Clients, lots: &[SampleLot]) -> Result<Vec<pb::Lot>, Failure> {
    let mut asked = Vec::new();
    for lot in lots {
        asked.push(pb::Lot {
            lot_id: lot.id.clone(),
            item: number(clients, lot).await?,
            description: lot.description.clone(),
            estimated_unit_price_hundredths: lot.before * 12 / 10,
            consumables: lot.consumables,
        });
    }
    Ok(asked)
}

async fn open(
    clients: &Clients,
    title: &str,
    lots: Vec<pb::Lot>,
    (pledge_by_micros, bids_by_micros, approve_by_micros): (i64, i64, i64),
) -> Result<String, Failure> {
    let partner = |code: &str| pb::Partner { organisation: code.to_owned(), central: true };
    let request = pb::OpenRoundRequest {
        title: title.to_owned(),
        subject: pb::Subject::Supplies.into(),
        partners: ORGANISATIONS.into_iter().map(partner).collect(),
        lots,
        pledge_by_micros,
        bids_by_micros,
        approve_by_micros,
    };
    let answer = clients.catalogue().open_round(clients.request(request)).await?.into_inner();
    Ok(answer.round.unwrap_or_default().round_id)
}

async fn act(clients: &Clients, round_id: &str, action: Action) -> Result<pb::Round, Failure> {
    let request = pb::ActOnRoundRequest { round_id: round_id.to_owned(), action: Some(action) };
    let answer = clients.catalogue().act_on_round(clients.request(request)).await?.into_inner();
    Ok(answer.round.unwrap_or_default())
}

async fn pledge(clients: &Clients, round: &str, lot: &SampleLot) -> Result<(), Failure> {
    for organisation in &lot.organisations {
        let pledge =
            pb::Pledge { organisation: organisation.clone(), lot_id: lot.id.clone(), quantity: PLEDGED };
        act(clients, round, Action::Pledge(pledge)).await?;
    }
    Ok(())
}

async fn until(micros: i64) {
    let left = micros - clock::now_micros();
    tokio::time::sleep(Duration::from_micros(u64::try_from(left).unwrap_or(0)) + Duration::from_millis(5))
        .await;
}

/// A round from opening to award, under which the sample's purchases of the last months are.
async fn awarded_round(clients: &Clients, lots: &[SampleLot]) -> Result<(), Failure> {
    let micros = |of: Duration| i64::try_from(of.as_micros()).unwrap_or(i64::MAX);
    let asked = asked(clients, lots).await?;
    // pledges take what they take; the deadline lies far enough behind them
    let pledge_by = clock::now_micros() + micros(MOMENT * 2);
    let bids_by = pledge_by + micros(MOMENT);
    let approve_by = bids_by + micros(Duration::from_hours(1));
    let id =
        open(clients, "Sample: consumables of theatres", asked, (pledge_by, bids_by, approve_by)).await?;
    for lot in lots {
        pledge(clients, &id, lot).await?;
    }
    until(pledge_by).await;
    act(clients, &id, Action::Close(pb::ClosePledging {})).await?;
    for bid in bids(lots) {
        act(clients, &id, Action::Bid(bid)).await?;
    }
    until(bids_by).await;
    let vetoes = lots.iter().filter(|lot| lot.supplier != lot.by_volume.0).map(|lot| pb::Veto {
        organisation: "RJZ".into(),
        supplier: lot.by_volume.0.clone(),
        lot_id: lot.id.clone(),
    });
    let constraints =
        Some(pb::Constraints { max_suppliers: 3, vetoes: vetoes.collect(), ..pb::Constraints::default() });
    let round = act(clients, &id, Action::Compute(pb::ComputeAward { constraints, seconds: 5 })).await?;
    for organisation in round.missing {
        let decide = pb::DecideAward { organisation, approve: true, reason: String::new() };
        act(clients, &id, Action::Decide(decide)).await?;
    }
    let award = pb::MakeAward { from: "2026-04-01".into(), until: "2027-03-31".into() };
    act(clients, &id, Action::Award(award)).await?;
    Ok(())
}

/// Bids by quantity of the suppliers that are to win, dearer ones, and a bundle.
fn bids(lots: &[SampleLot]) -> Vec<pb::Bid> {
    let quantity = |lot: &SampleLot| PLEDGED * i64::try_from(lot.organisations.len()).unwrap_or(0);
    let mut bids = Vec::new();
    for lot in lots {
        let tier =
            |min_quantity: i64, unit_price_hundredths: i64| pb::Tier { min_quantity, unit_price_hundredths };
        bids.push(pb::Bid {
            bid_id: format!("{}-by-volume", lot.id),
            supplier: lot.by_volume.0.clone(),
            lots: vec![lot.id.clone()],
            tiers: vec![
                tier(0, lot.before),
                tier(PLEDGED * 2, lot.by_volume.1 * 11 / 10),
                tier(PLEDGED * 4, lot.by_volume.1),
            ],
            ..pb::Bid::default()
        });
        bids.push(pb::Bid {
            bid_id: format!("{}-flat", lot.id),
            supplier: SURGICAL.into(),
            lots: vec![lot.id.clone()],
            price_pence: quantity(lot) * lot.before * 9 / 1_000,
            ..pb::Bid::default()
        });
    }
    let all: i64 = lots.iter().map(|lot| quantity(lot) * lot.by_volume.1 / 100).sum();
    bids.push(pb::Bid {
        bid_id: "all-together".into(),
        supplier: SURGICAL.into(),
        lots: lots.iter().map(|lot| lot.id.clone()).collect(),
        price_pence: all * 115 / 100,
        ..pb::Bid::default()
    });
    bids
}

/// A round in which pledges are taken.
async fn open_round(clients: &Clients, lots: &[SampleLot]) -> Result<(), Failure> {
    let day = 86_400_000_000_i64;
    let now = clock::now_micros();
    let deadlines = (now + 14 * day, now + 35 * day, now + 56 * day);
    let title = "Sample: the same for next year, pledges wanted";
    let asked = asked(clients, &lots[..lots.len().min(2)]).await?;
    let id = open(clients, title, asked, deadlines).await?;
    if let Some(lot) = lots.first() {
        pledge(clients, &id, lot).await?;
    }
    Ok(())
}
