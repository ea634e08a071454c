//! An electronic catalogue and its response, as far as they are kept here.

use jiff::civil::Date;

use crate::domain::{
    offer::Territory,
    unit::{Quantity, Unit},
    validity::Validity,
};

/// An identifier with the scheme that it is of: `0088` a location of GS1, `0160` a trade item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Scheme, a code of the lists EAS or ICD.
    pub scheme: Option<String>,
    /// The identifier.
    pub value: String,
}

/// A party of the exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Electronic address.
    pub endpoint: Option<Identifier>,
    /// Identifier that the receiver knows.
    pub id: Option<Identifier>,
    /// Trading name.
    pub name: Option<String>,
    /// Name in the register.
    pub legal_name: Option<String>,
    /// Number in the register.
    pub company: Option<Identifier>,
}

/// What to do with what was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Add,
    /// It stands in place of what had its key.
    Update,
    /// It is taken back.
    Delete,
    /// It stands in place of the whole catalogue; of catalogues only, and what is meant when nothing is said.
    Replace,
}

impl Action {
    const CODES: [(&'static str, Self); 4] =
        [("Add", Self::Add), ("Update", Self::Update), ("Delete", Self::Delete), ("Replace", Self::Replace)];

    /// The code; its case counts.
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(_, action)| *action == self).map_or("", |(code, _)| code)
    }

    /// The action of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::CODES.iter().find(|(known, _)| *known == code).map(|(_, action)| *action)
    }
}

/// A catalogue (transaction T19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    /// Does the sender expect a response?
    pub answered: bool,
    /// Its identifier.
    pub id: String,
    /// What it does with what was sent before.
    pub action: Option<Action>,
    /// Its name.
    pub name: Option<String>,
    /// When it was issued.
    pub issued: Date,
    /// Its version.
    pub version: Option<String>,
    /// When it holds.
    pub valid: Validity,
    /// Contract that it is of.
    pub contract: Option<String>,
    /// Catalogue that it acts upon.
    pub source: Option<String>,
    /// Who sends it.
    pub provider: Party,
    /// Who receives it.
    pub receiver: Party,
    /// Who sells.
    pub seller: Option<Party>,
    /// Who buys.
    pub customer: Option<Party>,
    /// Conditions of payment.
    pub terms: Vec<String>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of a catalogue. Its key is the identifier of the item with the orderable unit, not its own identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Line in the document, 0 when it was not read from one.
    pub at: u64,
    /// Its identifier in the document.
    pub id: String,
    /// What it does with what was sent before.
    pub action: Option<Action>,
    /// May it be ordered? Nothing said means yes.
    pub orderable: Option<bool>,
    /// Unit that the item is ordered in.
    pub unit: Option<Unit>,
    /// Net content: the guide's example gives it for the orderable unit.
    pub content: Option<Quantity>,
    /// Steps in which it is ordered, in 1/1000.
    pub increment: Option<i64>,
    /// Least to order.
    pub min_order: Option<Quantity>,
    /// Most to order.
    pub max_order: Option<Quantity>,
    /// Guarantee.
    pub warranty: Option<String>,
    /// Level of packing: CU, TU, DU.
    pub level: Option<String>,
    /// When it holds.
    pub valid: Validity,
    /// Content of one consumable unit, by which prices are compared.
    pub comparison: Option<Quantity>,
    /// Item inside, by the seller's identifier, and how many.
    pub component: Option<(String, Quantity)>,
    /// Prices by quantity, territory and period.
    pub prices: Vec<Price>,
    /// The item.
    pub item: LineItem,
}

/// A price of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Time until delivery.
    pub lead: Option<Quantity>,
    /// Least quantity at it.
    pub min: Option<Quantity>,
    /// Most at it.
    pub max: Option<Quantity>,
    /// Where it holds; everywhere when there is none.
    pub territories: Vec<Territory>,
    /// Price of the base quantity, in 1/100 of the smallest coin.
    pub amount: i64,
    /// Currency, three letters of ISO 4217.
    pub currency: String,
    /// What the price is for; one orderable unit when nothing is said.
    pub base: Option<Quantity>,
    /// Orderable units in the base quantity, in 10^-6.
    pub factor: Option<i64>,
    /// When it holds.
    pub valid: Validity,
}

/// The item of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineItem {
    /// What it is, at length.
    pub descriptions: Vec<String>,
    /// How many of the next lower level are in the orderable unit.
    pub packed: Option<Quantity>,
    /// Consumable units in the orderable unit.
    pub pack_size: Option<i64>,
    /// What it is called.
    pub name: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
    /// The buyer's identifier.
    pub buyers: Option<String>,
    /// The seller's identifier.
    pub sellers: Option<String>,
    /// The manufacturer's identifier.
    pub manufacturers: Option<String>,
    /// Identifier of a registered scheme.
    pub standard: Option<Identifier>,
    /// Country of origin.
    pub origin: Option<String>,
    /// Classes: list, version of the list, code.
    pub classes: Vec<(String, Option<String>, String)>,
    /// Tax: category, rate in 1/1000 of a per cent, scheme.
    pub tax: Option<(String, Option<i64>, String)>,
    /// Who makes it.
    pub manufacturer: Option<String>,
}

impl Line {
    /// What tells the line from others: the seller's identifier, else the standard one, and the orderable unit.
    pub fn key(&self) -> (String, Option<&'static str>) {
        let standard = self.item.standard.as_ref().map(|id| id.value.clone());
        let id = self.item.sellers.clone().or(standard).unwrap_or_default();
        (id, self.unit.map(Unit::code))
    }
}
