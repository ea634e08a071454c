//! Schemes of the sample, as a table.

use crate::domain::savings::{Category, Gate, Risk, SavingType};

/// How a scheme goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// About as planned.
    Steady,
    /// As planned, so many months late.
    Late(i32),
    /// As planned to date, with next to nothing forecast for the rest of the year.
    Fading,
    /// Some four fifths of what was planned.
    Short,
    /// In three months, and never again.
    Once,
    /// Not begun.
    Waiting,
}

/// A scheme of the table: place of its organisation, programme and title, what it is, how far, and what a full month of it is planned to
/// save, in pounds, from a month of the sample on (0 = the first).
pub(super) struct Row {
    pub(super) of: usize,
    pub(super) programme: &'static str,
    pub(super) title: &'static str,
    pub(super) category: Category,
    pub(super) kind: SavingType,
    pub(super) gate: Gate,
    pub(super) risk: Risk,
    pub(super) pace: Pace,
    pub(super) start: i32,
    pub(super) pounds: i64,
    /// Signed impact on quality, and above the organisation's own programme.
    pub(super) signed: bool,
    pub(super) above: bool,
}

/// Hours that move from agencies to banks; months of it are proposed by what the sample's shifts show.
pub(super) const STAFFING: &str = "sample: temporary staffing";
/// Collective buying; months of it are proposed by what the sample's purchases show.
pub(super) const BUYING: &str = "sample: procurement";
const OFFICE: &str = "sample: shared back office";
const ESTATES: &str = "sample: estates";

use Category::{Income, NonPay, Pay};
use Gate::{Approved, Closed, Documented, Idea, InDelivery, Outline};
use Pace::{Fading, Late, Once, Short, Steady, Waiting};
use Risk::{High, Low, Medium};
use SavingType::{CashReleasing as Cash, CostAvoidance as Avoided, Income as More, Productivity};

type Short7 = (usize, &'static str, &'static str, Category, SavingType, Gate, Risk);

const fn row(of: Short7, pace: Pace, (start, pounds): (i32, i64), (signed, above): (bool, bool)) -> Row {
    let (of, programme, title, category, kind, gate, risk) = of;
    Row { of, programme, title, category, kind, gate, risk, pace, start, pounds, signed, above }
}

const BOTH: (bool, bool) = (true, true);
const OWN: (bool, bool) = (true, false);
const UNSIGNED: (bool, bool) = (false, true);

/// Every scheme; organisations by their place in the sample's.
pub(super) const ROWS: [Row; 40] = [
    row((0, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Medium), Steady, (0, 4_000), BOTH),
    row((1, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Medium), Steady, (0, 4_500), BOTH),
    row((2, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Medium), Short, (0, 3_800), BOTH),
    row((3, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Low), Steady, (0, 2_600), BOTH),
    row((4, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Low), Late(3), (6, 2_200), BOTH),
    row((5, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, High), Fading, (6, 2_400), BOTH),
    row((6, STAFFING, "bank first for nursing", Pay, Cash, InDelivery, Medium), Steady, (6, 900), BOTH),
    row((0, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Low), Steady, (12, 3_000), BOTH),
    row((1, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Low), Steady, (12, 3_000), BOTH),
    row((2, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Low), Steady, (12, 2_500), BOTH),
    row((3, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Medium), Late(4), (12, 1_500), BOTH),
    row((4, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Low), Steady, (12, 1_500), BOTH),
    row((5, BUYING, "consumables of theatres", NonPay, Cash, InDelivery, Low), Steady, (12, 1_500), BOTH),
    row((6, BUYING, "consumables of theatres", NonPay, Cash, Approved, Low), Waiting, (18, 800), BOTH),
    row(
        (0, BUYING, "one contract for gloves", NonPay, Avoided, Documented, Medium),
        Waiting,
        (20, 6_000),
        UNSIGNED,
    ),
    row((1, BUYING, "orthopaedic implants", NonPay, Cash, Outline, High), Waiting, (20, 21_000), UNSIGNED),
    row((0, OFFICE, "one payroll bureau", Pay, Cash, InDelivery, Medium), Steady, (3, 18_000), BOTH),
    row((1, OFFICE, "one payroll bureau", Pay, Cash, InDelivery, Medium), Steady, (3, 16_000), BOTH),
    row((2, OFFICE, "one payroll bureau", Pay, Cash, InDelivery, Medium), Late(4), (9, 13_000), BOTH),
    row((3, OFFICE, "one payroll bureau", Pay, Cash, InDelivery, Low), Steady, (9, 9_000), BOTH),
    row((4, OFFICE, "one payroll bureau", Pay, Cash, Approved, Medium), Waiting, (19, 8_500), BOTH),
    row((5, OFFICE, "one payroll bureau", Pay, Cash, Outline, High), Waiting, (21, 7_000), UNSIGNED),
    row(
        (0, OFFICE, "invoices without paper", NonPay, Productivity, InDelivery, Low),
        Steady,
        (0, 7_500),
        OWN,
    ),
    row(
        (1, OFFICE, "invoices without paper", NonPay, Productivity, InDelivery, Low),
        Steady,
        (6, 8_200),
        OWN,
    ),
    row((2, OFFICE, "invoices without paper", NonPay, Productivity, Closed, Low), Steady, (0, 6_400), OWN),
    row((4, OFFICE, "recruitment in one team", Pay, Cash, InDelivery, Medium), Fading, (7, 11_000), BOTH),
    row((6, OFFICE, "recruitment in one team", Pay, Cash, InDelivery, Medium), Short, (7, 3_000), BOTH),
    row(
        (3, OFFICE, "occupational health together", Pay, Cash, InDelivery, Medium),
        Fading,
        (6, 12_500),
        BOTH,
    ),
    row(
        (5, OFFICE, "occupational health together", Pay, Cash, Documented, Medium),
        Waiting,
        (18, 5_500),
        BOTH,
    ),
    row((1, OFFICE, "legal panel", NonPay, Cash, InDelivery, Low), Once, (12, 40_000), BOTH),
    row((2, OFFICE, "licences returned", NonPay, Cash, InDelivery, Low), Once, (13, 55_000), BOTH),
    row((6, OFFICE, "telephones returned", NonPay, Cash, Closed, Low), Once, (4, 12_000), OWN),
    row((0, ESTATES, "offices given up", NonPay, Cash, InDelivery, Medium), Late(4), (11, 31_000), BOTH),
    row((1, ESTATES, "energy by the half hour", NonPay, Cash, InDelivery, Medium), Short, (2, 22_000), OWN),
    row((2, ESTATES, "cleaning retendered", NonPay, Cash, InDelivery, High), Fading, (5, 26_000), BOTH),
    row((3, ESTATES, "sale of a vacant site", Income, More, InDelivery, High), Once, (14, 120_000), BOTH),
    row((4, ESTATES, "waste sorted on wards", NonPay, Cash, InDelivery, Low), Steady, (1, 4_200), OWN),
    row((5, ESTATES, "parking let at weekends", Income, More, InDelivery, Low), Steady, (8, 5_100), BOTH),
    row((6, ESTATES, "one courier", NonPay, Avoided, Idea, High), Waiting, (22, 1_900), UNSIGNED),
    row((5, ESTATES, "laundry shared", NonPay, Cash, InDelivery, Medium), Steady, (6, 9_800), BOTH),
];
