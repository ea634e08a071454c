//! The catalogue of the shipped sample: 20,000 made-up items as seven organisations write them, with offers, a year of purchases, and
//! what people have decided so far. What is true of each record is known ([`Sample::truth`]), so that proposals can be judged.
//!
//! What is real: the codes of six providers (the seventh has none in public papers), and codes and names of the classes. Everything
//! else is made up: makers, products, suppliers, prices. From the seventh month on, the lots of the sample's round are bought at its
//! award by most partners.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use muster_matching::{
    Record,
    generate::{Truth, generate},
};

use crate::domain::{gs1::Gtin, ratio::decimal};

/// Items.
pub const ITEMS: usize = 20_000;

/// Organisations by their place in the generator.
pub const ORGANISATIONS: [&str; 7] = ["RJ1", "RJZ", "RJ2", "RV5", "RPG", "RN7", "Z9B01"];

/// First month of purchases, and how many there are.
const FIRST: (u32, u32) = (2025, 10);
const MONTHS: u32 = 12;

/// Month from which the round's award holds.
const AWARD_FROM: u32 = 6;

/// A supplier of the sample's round.
pub const SURGICAL: &str = "Sample Surgical Ltd";

/// Products of the round.
const LOTS: usize = 3;

/// Classes of the sample: code, class above, name, words of descriptions.
const CLASSES: [(&str, &str, &str, &str); 9] = [
    ("33140000-3", "", "Medical consumables", ""),
    (
        "33141000-0",
        "33140000-3",
        "Disposable non-chemical medical consumables and haematological consumables",
        "",
    ),
    ("33141420-0", "33141000-0", "Surgical gloves", "glove"),
    ("33141310-6", "33141000-0", "Syringes", "syring"),
    ("33141320-9", "33141000-0", "Medical needles", "needle"),
    ("33141110-4", "33141000-0", "Dressings", "dressing"),
    ("33141200-2", "33141000-0", "Catheters", "catheter"),
    ("33141121-4", "33141000-0", "Surgical sutures", "suture"),
    ("33141114-2", "33141000-0", "Medical gauze", "swab"),
];

/// A file of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// Kind.
    pub kind: &'static str,
    /// Name, marked as sample.
    pub name: String,
    /// Content.
    pub text: String,
}

/// A lot of the sample's round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleLot {
    /// Id.
    pub id: String,
    /// What it is.
    pub description: String,
    /// A record of it: organisation and reference.
    pub item: (String, String),
    /// Consumable units in one unit of the lot.
    pub consumables: i64,
    /// What one unit costs before the award, in 1/100 pence.
    pub before: i64,
    /// What one unit costs by the award, in 1/100 pence.
    pub award: i64,
    /// Who is to win it.
    pub supplier: String,
    /// Who asks least for it by volume, and what one unit costs then, in 1/100 pence; a veto of a partner may stand against it.
    pub by_volume: (String, i64),
    /// Organisations that buy it.
    pub organisations: Vec<String>,
}

/// The sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What organisations write.
    pub records: Vec<Record>,
    /// What is true of each.
    pub truth: Vec<Truth>,
    of_product: BTreeMap<u64, Vec<usize>>,
    lots: Vec<u64>,
}

impl Sample {
    /// The sample of a seed.
    pub fn new(seed: u64) -> Self {
        let made = generate(ITEMS, seed);
        let mut of_product: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, truth) in made.truth.iter().enumerate() {
            of_product.entry(truth.product).or_default().push(at);
        }
        let mut sample = Self { records: made.records, truth: made.truth, of_product, lots: Vec::new() };
        let wide = |(product, records): (&u64, &Vec<usize>)| {
            let organisations: HashSet<u8> =
                records.iter().map(|at| sample.truth[*at].organisation).collect();
            let one_pack = records.iter().all(|at| sample.truth[*at].pack == sample.truth[records[0]].pack);
            let fits = organisations.len() >= 6 && one_pack && sample.truth[records[0]].pack >= 50;
            fits.then_some(*product)
        };
        sample.lots = sample.of_product.iter().filter_map(wide).take(LOTS).collect();
        sample
    }

    /// Every file, in the order in which they are to be imported.
    pub fn files(&self) -> Vec<SampleFile> {
        let file = |kind: &'static str, name: &str, text: String| SampleFile {
            kind,
            name: format!("sample-{name}.csv"),
            text,
        };
        vec![
            file("classes", "classes", classes()),
            file("items", "items", self.items()),
            file("offers", "offers", self.offers()),
            file("equivalences", "equivalences", self.equivalences()),
            file("purchases", "purchases", self.purchases()),
            file("spend", "supplier-spend", spend()),
        ]
    }

    /// Lots of the round.
    pub fn lots(&self) -> Vec<SampleLot> {
        let lot = |(place, product): (usize, &u64)| {
            let records = &self.of_product[product];
            let first = records[0];
            let mut organisations: Vec<String> =
                records.iter().map(|at| self.organisation(*at).to_owned()).collect();
            organisations.sort();
            organisations.dedup();
            SampleLot {
                id: format!("lot-{product}"),
                description: self.records[first].description.clone(),
                item: (self.organisation(first).to_owned(), self.reference(first)),
                consumables: i64::from(self.truth[first].pack),
                before: self.usual(*product) * 100,
                award: self.usual(*product) * award(place).1,
                supplier: award(place).0.map_or_else(|| supplier(*product), str::to_owned),
                by_volume: (supplier(*product), self.usual(*product) * 82),
                organisations,
            }
        };
        self.lots.iter().enumerate().map(lot).collect()
    }

    fn organisation(&self, at: usize) -> &'static str {
        ORGANISATIONS[usize::from(self.truth[at].organisation) % ORGANISATIONS.len()]
    }

    fn reference(&self, at: usize) -> String {
        self.records[at].id.clone()
    }

    /// Pence of a pack as it usually is: the middle of what records of the product say.
    fn usual(&self, product: u64) -> i64 {
        let mut prices: Vec<i64> =
            self.of_product[&product].iter().filter_map(|at| self.records[*at].price).collect();
        prices.sort_unstable();
        prices.get(prices.len() / 2).copied().unwrap_or(1_000).max(10)
    }

    /// Pence of a pack for the record's organisation: its own, a fifth above or below what is usual.
    fn price(&self, at: usize) -> i64 {
        let truth = &self.truth[at];
        let usual = self.records[at].price.unwrap_or_else(|| self.usual(truth.product)).max(10);
        let part =
            80 + i64::try_from(mix(truth.product * 7 + u64::from(truth.organisation)) % 41).unwrap_or(0);
        usual * part / 100
    }

    fn items(&self) -> String {
        let mut text = String::from(
            "item_ref,organisation,supplier,description,orderable_unit,pack_size,manufacturer,manufacturer_code,gtin,class_scheme,class_code\n",
        );
        for (at, (record, truth)) in self.records.iter().zip(&self.truth).enumerate() {
            let gtin = Gtin::new(&record.code).is_ok();
            let unit = if truth.pack == 1 { "EA" } else { "BX" };
            let cells = [
                quoted(&self.reference(at)),
                self.organisation(at).to_owned(),
                supplier(truth.product),
                quoted(&record.description),
                unit.to_owned(),
                truth.pack.to_string(),
                quoted(&record.brand),
                if gtin { String::new() } else { quoted(&record.code) },
                if gtin { record.code.clone() } else { String::new() },
                "cpv".to_owned(),
                class(&record.description).to_owned(),
            ];
            let _ = writeln!(text, "{}", cells.join(","));
        }
        text
    }

    fn offers(&self) -> String {
        let mut text = String::from(
            "item_ref,organisation,supplier,price,per_quantity,unit,valid_from,min_quantity,lead_days\n",
        );
        for (at, truth) in self.truth.iter().enumerate() {
            let unit = if truth.pack == 1 { "EA" } else { "BX" };
            let mut offer = |pence: i64, least: &str| {
                let _ = writeln!(
                    text,
                    "{},{},{},{},1,{unit},2025-04-01,{least},{}",
                    quoted(&self.reference(at)),
                    self.organisation(at),
                    supplier(truth.product),
                    decimal(pence, 2, 2),
                    1 + truth.product % 5
                );
            };
            let pence = self.price(at);
            offer(pence, "");
            if mix(truth.product).is_multiple_of(5) {
                offer(pence * 94 / 100, "10");
            }
        }
        text
    }

    /// A seventh of the products is decided; all lots are.
    fn decided(&self, product: u64) -> bool {
        self.lots.contains(&product) || mix(product ^ 0x51).is_multiple_of(7)
    }

    fn equivalences(&self) -> String {
        let mut text =
            String::from("organisation,item_ref,other_organisation,other_item_ref,relation,reason\n");
        for (product, records) in self.of_product.iter().filter(|(product, _)| self.decided(**product)) {
            for pair in records.windows(2) {
                let same = self.truth[pair[0]].pack == self.truth[pair[1]].pack;
                let _ = writeln!(
                    text,
                    "{},{},{},{},{},sample: made as product {product}",
                    self.organisation(pair[0]),
                    quoted(&self.reference(pair[0])),
                    self.organisation(pair[1]),
                    quoted(&self.reference(pair[1])),
                    if same { "same-item" } else { "same-item-other-pack" },
                );
            }
        }
        text
    }

    fn purchases(&self) -> String {
        let mut text = String::from(
            "line_ref,organisation,date,supplier,description,quantity,unit,unit_price,net,item_ref,pack_size,po_number,on_catalogue,under_contract,channel\n",
        );
        for (product, records) in &self.of_product {
            let lot = self.lots.contains(product);
            if !(lot || self.decided(*product) || mix(product ^ 0x77).is_multiple_of(10)) {
                continue;
            }
            for at in records {
                for month in 0..MONTHS {
                    if lot || (u64::from(month) + mix(*at as u64)).is_multiple_of(4) {
                        self.purchase(&mut text, *at, month, lot);
                    }
                }
            }
        }
        text
    }

    fn purchase(&self, text: &mut String, at: usize, month: u32, lot: bool) {
        let truth = &self.truth[at];
        let chance = mix(at as u64 * 31 + u64::from(month));
        let quantity = if lot { 40 } else { 1 + i64::try_from(chance % 30).unwrap_or(0) };
        let awarded = lot && month >= AWARD_FROM;
        // one of the partners goes on buying elsewhere
        let strays = awarded && truth.organisation == 3;
        let (winner, percent) = award(self.lots.iter().position(|it| *it == truth.product).unwrap_or(0));
        let mut pence = match (awarded, strays) {
            (true, false) => self.usual(truth.product) * percent / 100,
            _ if lot => self.usual(truth.product),
            _ => self.price(at) * (98 + i64::try_from(chance % 5).unwrap_or(0)) / 100,
        };
        if !lot && chance.is_multiple_of(311) {
            // priced by the piece as if it were the box
            pence *= i64::from(truth.pack.max(20));
        }
        let pence = pence.max(1);
        let (year, number) = (FIRST.0 + (FIRST.1 - 1 + month) / 12, (FIRST.1 - 1 + month) % 12 + 1);
        let unit = if truth.pack == 1 { "EA" } else { "BX" };
        let from = match winner {
            _ if strays => "Sample Sundries Ltd".to_owned(),
            Some(winner) if awarded => winner.to_owned(),
            _ => supplier(truth.product),
        };
        let channel = if truth.product.is_multiple_of(4) { "supply-chain" } else { "direct" };
        let _ = writeln!(
            text,
            "S{at}-{month},{},{year}-{number:02}-{:02},{from},{},{quantity},{unit},{},{},{},{},PO-S{at}-{month},{},{},{channel}",
            self.organisation(at),
            1 + chance % 28,
            quoted(&self.records[at].description),
            decimal(pence, 2, 2),
            decimal(pence * quantity, 2, 2),
            quoted(&self.reference(at)),
            truth.pack,
            if chance.is_multiple_of(9) { "N" } else { "Y" },
            if awarded && !strays { "Y" } else { "N" },
        );
    }
}

/// Who wins a lot where it is not who asks least by volume, and what it costs in per cent of before: a partner has a veto against the
/// cheapest of the last lot.
fn award(place: usize) -> (Option<&'static str>, i64) {
    if place + 1 == LOTS { (Some(SURGICAL), 90) } else { (None, 82) }
}

/// Published spend of the seven organisations: suppliers under the spellings of several ledgers.
fn spend() -> String {
    let mut text = String::from("Entity,Date,Expense Type,Supplier,Amount\n");
    for (place, organisation) in ORGANISATIONS.iter().enumerate() {
        for month in 0..MONTHS {
            for product in 0..12_u64 {
                let chance = mix(product * 97 + u64::from(month) * 7 + place as u64);
                if !chance.is_multiple_of(3) {
                    continue;
                }
                let name = supplier(product * 64);
                let name = match (place + usize::try_from(product).unwrap_or(0)) % 5 {
                    0 => name.to_uppercase(),
                    1 => name.replace("Ltd", "Limited"),
                    2 => format!("{}:0{}", name.to_uppercase(), 3_529_000 + product),
                    3 if product.is_multiple_of(4) => name.to_uppercase().chars().take(26).collect(),
                    _ => name,
                };
                let (year, number) = (FIRST.0 + (FIRST.1 - 1 + month) / 12, (FIRST.1 - 1 + month) % 12 + 1);
                let pence = 2_500_000 + i64::try_from(chance % 6_000_000).unwrap_or(0);
                let expense = ["Medical and surgical consumables", "Dressings", "Theatre supplies"];
                let _ = writeln!(
                    text,
                    "Sample provider {organisation},{:02}/{number:02}/{year},{},{name},{}",
                    1 + chance % 28,
                    expense[usize::try_from(product % 3).unwrap_or(0)],
                    decimal(pence, 2, 2)
                );
            }
        }
    }
    text
}

fn classes() -> String {
    let mut text = String::from("class_scheme,class_code,name,parent\n");
    for (code, parent, name, _) in CLASSES {
        let _ = writeln!(text, "cpv,{code},{name},{parent}");
    }
    text
}

fn class(description: &str) -> &'static str {
    let lower = description.to_lowercase();
    let named = CLASSES.iter().filter(|(_, _, _, word)| !word.is_empty());
    named.clone().find(|(_, _, _, word)| lower.contains(word)).map_or(CLASSES[1].0, |(code, _, _, _)| code)
}

/// A made-up supplier of a product.
fn supplier(product: u64) -> String {
    const NAMES: [&str; 8] =
        ["Medical", "Clinical", "Hospital", "Healthcare", "Theatre", "Ward", "Sterile", "Thames"];
    let name = NAMES[usize::try_from(mix(product / 64) % 8).unwrap_or(0)];
    format!("Sample {name} Supplies {} Ltd", 1 + mix(product / 64) % 5)
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A number that looks like chance, the same on every machine (the mixer of `SplitMix64`, Steele and others 2014).
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{
        read_classes, read_equivalences, read_items, read_offers, read_purchases, read_spend,
    };
    use muster_kit::intake::RawFile;

    #[test]
    fn every_file_is_taken_without_a_refused_row() {
        let sample = Sample::new(2016);
        assert_eq!(sample.lots().len(), LOTS);
        for file in sample.files() {
            let raw = RawFile::new(file.name.clone(), file.text.clone().into_bytes());
            let (rows, refused) = match file.kind {
                "classes" => read_classes(&raw).map(|(_, _, it)| (it.rows.len(), it.refused())).unwrap(),
                "items" => read_items(&raw).map(|it| (it.rows.len(), it.refused())).unwrap(),
                "offers" => read_offers(&raw).map(|it| (it.rows.len(), it.refused())).unwrap(),
                "equivalences" => read_equivalences(&raw).map(|it| (it.rows.len(), it.refused())).unwrap(),
                "spend" => read_spend(&raw).map(|it| (it.lines.len(), it.refused)).unwrap(),
                "purchases" => read_purchases(&raw).map(|it| (it.rows.len(), it.refused())).unwrap(),
                other => panic!("{other}"),
            };
            println!("{} {rows}", file.kind);
            assert_eq!(refused, 0, "{}", file.kind);
            assert!(rows >= if file.kind == "items" { ITEMS } else { 8 }, "{} {rows}", file.kind);
        }
    }
}
