//! The savings ledger: effects, colours, and the one invariant: board = organisations = attested claims, to the penny.

use std::collections::BTreeMap;

use muster_backoffice::{
    domain::{
        Month,
        savings::{
            Applied, Board, Category, Claim, Decision, Effect, Event, Gate, Held, LedgerImport, LineKey,
            MonthFigures, Rag, Recorded, Risk, SavingType, SavingsLedger, Scheme, SchemeMonths, Standing,
            Weights, delivery, effect,
        },
    },
    import::{read_claims, read_ledger, read_scheme_months, read_schemes},
};
use muster_kit::intake::RawFile;
use proptest::prelude::*;

const ORGANISATIONS: [&str; 3] = ["RJ1", "RJZ", "RJ2"];

fn april() -> Month {
    Month::new(2017, 4).expect("a month")
}

fn scheme(id: &str, organisation: &str) -> Scheme {
    Scheme {
        id: id.into(),
        organisation: organisation.into(),
        programme: "shared payroll".into(),
        title: "one bureau".into(),
        category: Category::Pay,
        kind: SavingType::CashReleasing,
        recurrent: true,
        start: april(),
        gate: Gate::Approved,
        risk: Risk::Medium,
        owner: "owner".into(),
        one_off_cost: 0,
        quality_signed: true,
        over_and_above: true,
    }
}

fn line(organisation: &str, account: usize) -> LineKey {
    LineKey {
        organisation: organisation.into(),
        month: april(),
        account: format!("5{account:04}"),
        cost_centre: String::new(),
    }
}

/// Twelve months from April with a plan and whatever else.
fn months(figures: impl Fn(i32) -> MonthFigures) -> SchemeMonths {
    (0..12).map(|at| (april().plus(at), figures(at))).collect()
}

#[test]
fn part_year_full_year_and_what_is_carried_forward() {
    // 10 a month from October: six months of the year
    let plan = |at: i32| MonthFigures { plan: (at >= 6).then_some(1_000), ..MonthFigures::default() };
    let mut it = scheme("S", "RJ1");
    let want = Effect { pye: 6_000, fye: 12_000, carry_forward: 6_000, new_gap: 0 };
    assert_eq!(effect(&it, &months(plan), 2018), want);
    assert_eq!(want.fye, want.pye * 12 / 6, "full year is part year times twelve over its months");
    it.recurrent = false;
    assert_eq!(
        effect(&it, &months(plan), 2018),
        Effect { pye: 6_000, fye: 6_000, carry_forward: 0, new_gap: 6_000 }
    );
    it.quality_signed = false;
    assert_eq!(effect(&it, &months(plan), 2018), Effect::default());
    assert_eq!(Weights::default().adjusted(6_000, Risk::High), 3_000);
}

#[test]
fn green_to_date_beside_red_for_the_year_is_said() {
    let figures = |at: i32| MonthFigures {
        plan: Some(if at < 6 { 100 } else { 1_000 }),
        forecast: Some(if at < 6 { 100 } else { 200 }),
        actual: (at < 6).then_some(95),
    };
    let it = delivery(&scheme("S", "RJ1"), &months(figures), april().plus(5));
    assert_eq!((it.to_date, it.year), (Some(Rag::Green), Some(Rag::Red)));
    assert_eq!(
        (it.plan_to_date, it.actual_to_date, it.plan_year, it.forecast_year),
        (600, 570, 6_600, 1_770)
    );
    assert!(it.deceives() && it.unknown_months == 0);
    for (outcome, want) in
        [(950, Rag::Green), (949, Rag::Amber), (750, Rag::Amber), (749, Rag::Red), (-5, Rag::Red)]
    {
        assert_eq!(Rag::of(outcome, 1_000), Some(want), "{outcome}");
    }
    assert_eq!(Rag::of(10, 0), None);
}

/// Scheme, ledger of two lines and a claim with its attestation.
fn story(claim: Claim, decision: Decision, by: &str) -> Vec<Event> {
    let lines = BTreeMap::from([(line("RJ1", 1), -10_000), (line("RJZ", 1), -500)]);
    vec![
        Event::Registered(scheme("S", "RJ1")),
        Event::Imported(LedgerImport::new(lines, -10_500).expect("adds up")),
        Event::Claimed(claim.clone()),
        Event::Decided { claim: claim.id, decision, by: by.into() },
    ]
}

fn claim(id: &str, line: LineKey, pence: i64) -> Claim {
    Claim { id: id.into(), scheme: "S".into(), line, pence, by: "owner".into() }
}

fn recorded(events: Vec<Event>) -> Vec<Recorded> {
    let number = |(at, event)| Recorded { at, id: format!("e{at}"), event };
    (0..).zip(events).map(number).collect()
}

fn board(events: &[Recorded]) -> Board {
    let mut ledger = SavingsLedger::default();
    for event in events {
        ledger.apply(event.clone());
    }
    ledger.board()
}

#[test]
fn only_what_finance_finds_in_the_ledger_counts() {
    let attested = |pence| Decision::Attested(pence);
    let good = claim("C", line("RJ1", 1), 10_000);
    let other = claim("C", line("RJZ", 1), 500);
    let nowhere = claim("C", line("RJ1", 2), 500);
    for (claim, decision, by, want) in [
        (good.clone(), attested(10_000), "finance", Standing::Attested(10_000)),
        (good.clone(), attested(4_000), "finance", Standing::Attested(4_000)),
        (good.clone(), attested(10_000), "owner", Standing::Held(Held::SamePerson)),
        (good.clone(), attested(10_001), "finance", Standing::Held(Held::BeyondClaim)),
        (good.clone(), attested(0), "finance", Standing::Held(Held::BeyondClaim)),
        (
            Claim { pence: 20_000, ..good.clone() },
            attested(10_001),
            "finance",
            Standing::Held(Held::BeyondLine),
        ),
        (other, attested(500), "finance", Standing::Held(Held::OtherOrganisation)),
        (nowhere, attested(500), "finance", Standing::Held(Held::NoLine)),
        (
            Claim { scheme: "T".into(), ..good.clone() },
            attested(1),
            "finance",
            Standing::Held(Held::NoScheme),
        ),
        (good.clone(), Decision::Rejected("no".into()), "finance", Standing::Rejected("no".into())),
        (good, Decision::Withdrawn, "owner", Standing::Withdrawn),
    ] {
        let it = board(&recorded(story(claim, decision, by)));
        let counts = if let Standing::Attested(pence) = want { pence } else { 0 };
        assert_eq!((&it.claims["C"].standing, it.total, it.unattested), (&want, counts, 0));
    }
}

#[test]
fn a_line_supports_one_claim_the_first_that_was_attested() {
    let mut events = story(claim("C", line("RJ1", 1), 6_000), Decision::Attested(6_000), "finance");
    events.push(Event::Claimed(claim("A", line("RJ1", 1), 4_000)));
    events.push(Event::Decided {
        claim: "A".into(),
        decision: Decision::Attested(4_000),
        by: "finance".into(),
    });
    let mut events = recorded(events);
    let it = board(&events);
    assert_eq!((it.total, &it.claims["A"].standing), (6_000, &Standing::Held(Held::LineTaken("C".into()))));
    // when the first is withdrawn, the line is free
    let withdrawn = Event::Decided { claim: "C".into(), decision: Decision::Withdrawn, by: "owner".into() };
    events.push(Recorded { at: 9, id: "e9".into(), event: withdrawn });
    assert_eq!(board(&events).total, 4_000);
}

#[test]
fn money_of_the_organisations_own_programme_is_not_in_the_headline() {
    let mut events = story(claim("C", line("RJ1", 1), 6_000), Decision::Attested(6_000), "finance");
    events[0] = Event::Registered(Scheme { over_and_above: false, ..scheme("S", "RJ1") });
    let it = board(&recorded(events));
    assert_eq!((it.total, it.within_own), (0, 6_000));
}

#[test]
fn two_events_of_one_id_that_differ_count_neither() {
    let events = recorded(story(claim("C", line("RJ1", 1), 6_000), Decision::Attested(6_000), "finance"));
    let mut ledger = SavingsLedger::default();
    for event in events.iter().chain(&events) {
        ledger.apply(event.clone());
    }
    assert_eq!(ledger.apply(events[3].clone()), Applied::Repeated);
    let decision = Decision::Attested(1);
    let other = Event::Decided { claim: "C".into(), decision, by: "finance".into() };
    assert_eq!(ledger.apply(Recorded { event: other, ..events[3].clone() }), Applied::Disputed);
    let it = ledger.board();
    assert_eq!((it.total, it.unattested, it.disputed), (0, 6_000, vec!["e3".to_owned()]));
}

fn file(name: &str, text: &str) -> RawFile {
    RawFile::new(name, text.as_bytes().to_vec())
}

#[test]
fn a_ledger_is_taken_with_its_control_total_only() {
    let rows = "organisation,month,account,cost_centre,amount\nRJ1,2017-04,52100,A,-85.00\nRJ1,2017-04,52100,B,10.50\n";
    let (import, _) = read_ledger(&file("l.csv", &format!("{rows}TOTAL,,,,-74.50\n"))).expect("adds up");
    assert_eq!(import.lines().values().sum::<i64>(), -7_450);
    for (tail, rule) in [
        ("", "no-control-total"),
        ("TOTAL,,,,-74.49\n", "control-total"),
        ("TOTAL,,,,-74.50\nRJ1,2017-05,52100,A,1\n", "after-total"),
        ("RJ1,2017-04,52100,A,-85.00\nTOTAL,,,,-159.50\n", "twice"),
    ] {
        let found = read_ledger(&file("l.csv", &format!("{rows}{tail}"))).expect_err(rule);
        assert!(found.by_rule(rule).next().is_some(), "{rule}: {found:?}");
    }
    let found = read_ledger(&file("l.csv", &format!("{rows}TOTAL,,,,-74.49\n"))).expect_err("another sum");
    let said = found.sorted()[0].to_string();
    assert!(
        said.contains("line 4") && said.contains("-74.49") && said.contains("add up to -74.50"),
        "{said}"
    );
}

#[test]
fn the_templates_are_files_that_are_read() {
    use muster_backoffice::import::{CLAIMS, LEDGER, SCHEME_MONTHS, SCHEMES};
    assert_eq!(read_schemes(&file("s.csv", &SCHEMES.template())).expect("schemes").0.len(), 1);
    assert_eq!(read_scheme_months(&file("m.csv", &SCHEME_MONTHS.template())).expect("months").0.len(), 1);
    assert_eq!(read_claims(&file("c.csv", &CLAIMS.template())).expect("claims").0.len(), 1);
    let ledger = format!("{}TOTAL,,,,-8500.00,\n", LEDGER.template());
    assert_eq!(read_ledger(&file("l.csv", &ledger)).expect("a ledger").0.lines().len(), 1);
}

/// Events of every kind, many of which contradict or precede what they need.
fn any_event() -> impl Strategy<Value = Event> {
    let organisation = || (0_usize..3).prop_map(|at| ORGANISATIONS[at]);
    let scheme = (0_u8..4, organisation(), any::<bool>(), any::<bool>()).prop_map(
        |(id, of, over_and_above, recurrent)| {
            Event::Registered(Scheme { over_and_above, recurrent, ..scheme(&format!("S{id}"), of) })
        },
    );
    let import =
        prop::collection::vec((organisation(), 0_usize..4, -9_999_i64..9_999), 1..4).prop_map(|lines| {
            let lines: BTreeMap<LineKey, i64> =
                lines.into_iter().map(|(of, account, pence)| (line(of, account), pence)).collect();
            let total = lines.values().sum();
            Event::Imported(LedgerImport::new(lines, total).expect("adds up"))
        });
    let claimed = (0_u8..6, 0_u8..4, organisation(), 0_usize..4, 1_i64..9_999).prop_map(
        |(id, of, at, account, pence)| {
            let claim = claim(&format!("C{id}"), line(at, account), pence);
            Event::Claimed(Claim { scheme: format!("S{of}"), ..claim })
        },
    );
    let decided = (0_u8..6, -5_i64..9_999, 0_u8..5, any::<bool>()).prop_map(|(id, pence, what, finance)| {
        let decision = match what {
            0 => Decision::Withdrawn,
            1 => Decision::Rejected("no".into()),
            _ => Decision::Attested(pence),
        };
        let by = if finance { "finance" } else { "owner" };
        Event::Decided { claim: format!("C{id}"), decision, by: by.into() }
    });
    prop_oneof![scheme, import, claimed, decided.boxed()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_board_adds_up_whatever_the_order_and_repetition(
        (events, heard) in prop::collection::vec((any_event(), 0_i64..30), 1..60).prop_flat_map(|events| {
            // ids repeat here and there, so that some are disputed
            let events: Vec<Recorded> = events
                .into_iter()
                .enumerate()
                .map(|(at, (event, when))| Recorded { at: when, id: format!("e{}", at % 50), event })
                .collect();
            let order = prop::collection::vec(0..events.len(), 0..60);
            (Just(events.clone()), Just(events).prop_shuffle(), order)
        }).prop_map(|(events, mut heard, again)| {
            heard.extend(again.into_iter().map(|at| events[at].clone()));
            (events, heard)
        }),
    ) {
        let (once, often) = (board(&events), board(&heard));
        prop_assert_eq!(&once, &often);
        let claims: i64 = once.claims.values().map(muster_backoffice::domain::savings::ClaimRow::headline).sum();
        prop_assert_eq!(once.total, claims);
        prop_assert_eq!(once.total, once.organisations.values().sum::<i64>());
        prop_assert_eq!(once.total, once.months.values().sum::<i64>());
        prop_assert_eq!(once.total, once.schemes.values().sum::<i64>());
        // no line supports two claims
        let mut lines: Vec<&LineKey> = once.claims.values()
            .filter(|row| matches!(row.standing, Standing::Attested(_))).map(|row| &row.claim.line).collect();
        let all = lines.len();
        lines.sort();
        lines.dedup();
        prop_assert_eq!(all, lines.len());
    }
}
