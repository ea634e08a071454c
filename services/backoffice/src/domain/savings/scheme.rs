//! A scheme.

use serde::{Deserialize, Serialize};

use crate::domain::{Month, Word};

/// What it saves on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Pay.
    Pay,
    /// Goods, services, estate.
    NonPay,
    /// Income.
    Income,
}

impl Word for Category {
    const WORDS: &'static [(&'static str, Self)] =
        &[("pay", Self::Pay), ("non-pay", Self::NonPay), ("income", Self::Income)];
}

/// What kind of saving it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavingType {
    /// Money that is not spent any more.
    CashReleasing,
    /// Money that would have been spent.
    CostAvoidance,
    /// More work for the same money.
    Productivity,
    /// More income.
    Income,
}

impl Word for SavingType {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("cash-releasing", Self::CashReleasing),
        ("cost-avoidance", Self::CostAvoidance),
        ("productivity", Self::Productivity),
        ("income", Self::Income),
    ];
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// An idea.
    Idea,
    /// Outlined.
    Outline,
    /// Documented, with its impact on quality signed by medical director and chief nurse.
    Documented,
    /// Approved.
    Approved,
    /// In delivery.
    InDelivery,
    /// Closed and validated.
    Closed,
}

impl Word for Gate {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("idea", Self::Idea),
        ("outline", Self::Outline),
        ("documented", Self::Documented),
        ("approved", Self::Approved),
        ("in-delivery", Self::InDelivery),
        ("closed", Self::Closed),
    ];
}

/// Risk of delivery, apart from the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// High.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
}

impl Word for Risk {
    const WORDS: &'static [(&'static str, Self)] =
        &[("H", Self::High), ("M", Self::Medium), ("L", Self::Low)];
}

/// A scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scheme {
    /// Its name in the ledger of savings.
    pub id: String,
    /// Organisation (ODS code) that saves.
    pub organisation: String,
    /// Programme.
    pub programme: String,
    /// Title.
    pub title: String,
    /// What it saves on.
    pub category: Category,
    /// What kind of saving.
    pub kind: SavingType,
    /// Does it come again every year?
    pub recurrent: bool,
    /// First month.
    pub start: Month,
    /// How far it is.
    pub gate: Gate,
    /// Risk.
    pub risk: Risk,
    /// Who owns it.
    pub owner: String,
    /// What it costs once, in pence.
    pub one_off_cost: i64,
    /// Has its impact on quality been signed?
    pub quality_signed: bool,
    /// Is it above the organisation's own savings programme? What is not adds nothing to the collaborative total.
    pub over_and_above: bool,
}
