//! The whole catalogue of a node: items imported, searched, matched, compared with what others pay, and a round awarded.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    time::{Duration, Instant},
};

use clap::Args;
use muster_matching::generate::{Catalogue, generate};
use muster_proto::{catalogue::v1 as pb, common::v1::PageRequest};
use serde_json::{Value, json};

use super::{
    Bench, award,
    catalogue_search::{Asked, Done, items, searches, summary},
    failed,
    gp_workforce::plain_read,
    memory,
};
use crate::{
    commands::{
        catalogue::{award::BenchArgs as AwardArgs, matching},
        import::upload_text,
    },
    connect::Clients,
    exit::Failure,
};

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct CatalogueArgs {
    /// Items that are imported, searched and matched
    #[arg(long, default_value_t = 500_000, value_parser = clap::value_parser!(u32).range(1_000..=2_000_000))]
    pub(crate) items: u32,
    /// Searches through the node
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(12..=100_000))]
    pub(crate) searches: u32,
    /// Items that people linked before variance is worked out
    #[arg(long, default_value_t = 20_000)]
    pub(crate) linked: u32,
    /// Seed of everything that is made up
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Organisations that the made-up records are of.
const ORGANISATIONS: [&str; 7] = ["RJ1", "RJZ", "RJ2", "RV5", "RPG", "RN7", "RAX"];
/// How long the index may take to have everything.
const PATIENCE: Duration = Duration::from_mins(10);
/// Purchases of each linked item, a month apart.
const PURCHASES: u32 = 4;

/// Measures every step, one after the other, on one node.
pub(super) async fn measure(asked: CatalogueArgs) -> Result<Value, Failure> {
    let made = generate(asked.items as usize, asked.seed);
    let bench = Bench::open().await?;
    let clients = &bench.clients;
    let import = import(&made, clients).await?;
    let search = search(asked, clients).await?;
    let variance = variance(&made, asked.linked as usize, clients).await?;
    bench.close().await?;
    drop(made);
    let matched = matching::measure(matching::BenchArgs { items: asked.items, seed: asked.seed });
    let round = AwardArgs {
        lots: 200,
        suppliers: 10,
        tiers: 4,
        bundles: 10,
        unconstrained: false,
        seed: asked.seed,
        deadline: 30,
    };
    Ok(json!({
        "items": asked.items, "seed": asked.seed,
        "threads": std::thread::available_parallelism().map_or(1, usize::from),
        "import": import, "search": search, "match": matched, "variance": variance, "award": award::measure(round),
    }))
}

fn organisation(place: u8) -> &'static str {
    ORGANISATIONS[usize::from(place) % ORGANISATIONS.len()]
}

/// A cell that may hold commas and quotation marks.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A file of items, imported as any other.
async fn import(made: &Catalogue, clients: &Clients) -> Result<Value, Failure> {
    let mut text = String::from(
        "item_ref,organisation,supplier,description,orderable_unit,pack_size,manufacturer,manufacturer_code\n",
    );
    for (record, truth) in made.records.iter().zip(&made.truth) {
        let _ = writeln!(
            text,
            "{},{},{},{},BX,{},{},{}",
            record.id,
            organisation(truth.organisation),
            cell(&format!("Supplier {}", truth.product / 64 % 3_000)),
            cell(&record.description),
            truth.pack.max(1),
            cell(&record.brand),
            cell(&record.code),
        );
    }
    let bytes = text.len();
    let begun = Instant::now();
    let read = plain_read(&text)?;
    let plain = begun.elapsed().as_secs_f64();
    memory::reset();
    let before = memory::resident_mib();
    let begun = Instant::now();
    let outcome = upload_text("items", "bench-items.csv", None, text, clients).await?;
    let seconds = begun.elapsed().as_secs_f64();
    if outcome.refused || outcome.rows_kept != made.records.len() as u64 || read != made.records.len() {
        let first = outcome.findings.first().map(|it| format!("{}: {}", it.column, it.problem));
        return Err(failed(&format!(
            "the made-up items were not imported whole ({})",
            first.unwrap_or_default()
        )));
    }
    let peak = memory::peak_mib().zip(before).map(|(peak, before)| peak.saturating_sub(before));
    Ok(json!({
        "rows": read, "bytes": bytes, "seconds": seconds, "rows_per_second": read as f64 / seconds,
        "plain_read_seconds": plain, "times_plain_read": seconds / plain, "peak_beyond_file_mib": peak,
    }))
}

/// Searches through the node's call: what a page waits for.
async fn search(asked: CatalogueArgs, clients: &Clients) -> Result<Value, Failure> {
    let known = items(asked.items as usize, asked.seed);
    let last = known.last().map(|it| it.key.clone()).unwrap_or_default();
    // the index knows what was imported: words and makers' codes, no made-up supplier numbers and classes
    let wanted = |it: &Asked| !it.kind.contains("code") && !it.filtered();
    let searches: Vec<Asked> =
        searches(&known, asked.searches as usize * 3, asked.seed).into_iter().filter(wanted).collect();
    drop(known);
    let indexed = indexed(clients, &last).await?;
    let mut seen = Vec::new();
    for it in searches.iter().take(asked.searches as usize) {
        let request = pb::SearchItemsRequest {
            words: it.text.clone(),
            page: Some(PageRequest { size: 10, token: String::new() }),
            ..pb::SearchItemsRequest::default()
        };
        let begun = Instant::now();
        let answer = clients.catalogue().search_items(clients.request(request)).await?.into_inner();
        let milliseconds = begun.elapsed().as_secs_f64() * 1e3;
        let found =
            answer.hits.iter().filter_map(|hit| hit.item.as_ref()).any(|item| item.item_ref == it.key);
        seen.push(Done { kind: it.kind, milliseconds, found });
    }
    let mut figures = summary(&seen);
    figures["searches"] = json!(seen.len());
    figures["seconds_until_all_is_found"] = json!(indexed);
    figures["resident_mib"] = json!(memory::resident_mib());
    Ok(figures)
}

/// Waits until the index has what was imported and is merged; gives the seconds.
async fn indexed(clients: &Clients, last: &str) -> Result<f64, Failure> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let request = pb::SearchItemsRequest {
            words: last.to_owned(),
            page: Some(PageRequest { size: 5, token: String::new() }),
            ..pb::SearchItemsRequest::default()
        };
        let answer = clients.catalogue().search_items(clients.request(request)).await?.into_inner();
        let found = answer.hits.iter().filter_map(|hit| hit.item.as_ref()).any(|item| item.item_ref == last);
        if found && !answer.catching_up {
            return Ok(begun.elapsed().as_secs_f64());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(failed("the index does not find what was imported"))
}

/// Items that people linked and bought, and what each pays against others.
async fn variance(made: &Catalogue, linked: usize, clients: &Clients) -> Result<Value, Failure> {
    let (links, members) = links(made, linked);
    let purchases = purchases(made, &members);
    let begun = Instant::now();
    for (kind, text) in [("equivalences", links), ("purchases", purchases)] {
        let outcome = upload_text(kind, "bench.csv", None, text, clients).await?;
        if outcome.refused {
            return Err(failed(&format!("the made-up {kind} were not imported whole")));
        }
    }
    let imported = begun.elapsed().as_secs_f64();
    let mut rows = 0;
    let begun = Instant::now();
    let request = pb::ListVarianceRequest {
        page: Some(PageRequest { size: 100, token: String::new() }),
        ..pb::ListVarianceRequest::default()
    };
    let answer = clients.catalogue().list_variance(clients.request(request)).await?.into_inner();
    let seconds = begun.elapsed().as_secs_f64();
    rows += answer.rows.len();
    Ok(json!({
        "linked_items": members.len(), "purchases": members.len() * PURCHASES as usize,
        "import_and_find_seconds": imported, "list_seconds": seconds, "rows_listed": rows,
        "opportunity_pence": answer.opportunity_pence,
    }))
}

/// A file that links records of one product, and the places of the records that it links.
fn links(made: &Catalogue, most: usize) -> (String, Vec<usize>) {
    let mut products: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, truth) in made.truth.iter().enumerate() {
        products.entry(truth.product).or_default().push(at);
    }
    let mut text = String::from("organisation,item_ref,other_organisation,other_item_ref,relation,reason\n");
    let mut members = Vec::new();
    for records in products.into_values().filter(|records| records.len() > 2) {
        if members.len() + records.len() > most {
            break;
        }
        for pair in records.windows(2) {
            let (one, other) = (pair[0], pair[1]);
            let same = made.truth[one].pack == made.truth[other].pack;
            let relation = if same { "same-item" } else { "same-item-other-pack" };
            let of =
                |at: usize| format!("{},{}", organisation(made.truth[at].organisation), made.records[at].id);
            let _ = writeln!(text, "{},{},{relation},bench", of(one), of(other));
        }
        members.extend(records);
    }
    (text, members)
}

/// A file of purchases of these records, at prices a little apart.
fn purchases(made: &Catalogue, members: &[usize]) -> String {
    let mut text = String::from(
        "line_ref,organisation,date,supplier,description,quantity,unit,unit_price,net,item_ref,pack_size,channel\n",
    );
    for at in members {
        let (record, truth) = (&made.records[*at], &made.truth[*at]);
        for turn in 0..PURCHASES {
            let price = record.price.unwrap_or(1_000).max(100) * (95 + i64::from(turn) * 3) / 100;
            let _ = writeln!(
                text,
                "P{at}/{turn},{},2026-{:02}-10,{},{},10,BX,{}.{:02},{}.{:02},{},{},direct",
                organisation(truth.organisation),
                turn + 1,
                cell(&format!("Supplier {}", truth.product / 64 % 3_000)),
                cell(&record.description),
                price / 100,
                price % 100,
                price * 10 / 100,
                price * 10 % 100,
                record.id,
                truth.pack.max(1),
            );
        }
    }
    text
}
