//! Everything that is judged and measured by, as of one moment.

use jiff::civil::Date;

use super::{
    all_in::OnCost, bank::Availability, cover::CoverRule, dated::Dated, drift::DriftRule, rulebook::Rulebook,
    shift::Lists, spend::SpendRule, words::Word,
};

/// Rules, lists and reference figures of an organisation, as they were known at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Rates and caps.
    pub book: Rulebook,
    /// Sites, groups of staff, rules of verdicts, frameworks, public holidays.
    pub lists: Lists,
    /// Which lines of spend are temporary staffing.
    pub spend_rules: Vec<SpendRule>,
    /// Spending ceilings.
    pub ceilings: Vec<Ceiling>,
    /// Pay bills.
    pub pay_bill: Vec<PayBill>,
    /// Who may sign off what.
    pub signatories: Vec<Dated<Signatory>>,
    /// What comes on top of pay or charge.
    pub on_costs: Vec<Dated<OnCost>>,
    /// How gaps of a role are covered.
    pub cover_rules: Vec<Dated<CoverRule>>,
    /// What counts as a step in rates.
    pub drift_rules: Vec<Dated<DriftRule>>,
    /// Bank workers and when they can work.
    pub workers: Vec<Availability>,
}

/// What a ceiling is stated in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CeilingBasis {
    /// Pence a year.
    Pounds,
    /// Share of the pay bill, parts per million.
    PayShare,
}

impl Word for CeilingBasis {
    const WORDS: &'static [(&'static str, Self)] = &[("pounds", Self::Pounds), ("pay-share", Self::PayShare)];
}

/// The most that an organisation may spend on agency staff in a financial year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceiling {
    /// ODS code.
    pub organisation: String,
    /// Financial year ending.
    pub year: i16,
    /// Pence, or parts per million of the pay bill.
    pub amount: i64,
    /// Which of the two.
    pub basis: CeilingBasis,
    /// Where it is from.
    pub source: String,
}

/// Pay of a group of staff in a month, pence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayBill {
    /// ODS code.
    pub organisation: String,
    /// First day of the month.
    pub month: Date,
    /// Group of staff.
    pub staff_group: String,
    /// Substantive staff.
    pub substantive: i64,
    /// Bank; none = the file does not say.
    pub bank: Option<i64>,
    /// Agency; none = the file does not say.
    pub agency: Option<i64>,
    /// Substantive staff, FTE in 1/1000; none = the file does not say.
    pub substantive_fte: Option<i64>,
}

/// Leave of an account to sign off for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatory {
    /// Account.
    pub actor: String,
    /// ODS code.
    pub organisation: String,
    /// What it may sign off.
    pub role: SignOff,
}

/// Who signs a shift off, the least first: a later one may sign what an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignOff {
    /// Whoever decides on overrides.
    Override,
    /// Whoever grants exemptions from the rule of admin and estates.
    Exemption,
    /// An executive director.
    ExecutiveDirector,
    /// The chief executive.
    ChiefExecutive,
}

impl Word for SignOff {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("override", Self::Override),
        ("exemption", Self::Exemption),
        ("executive-director", Self::ExecutiveDirector),
        ("chief-executive", Self::ChiefExecutive),
    ];
}
