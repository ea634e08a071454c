//! An edition of a programme, with figures of every kind.

use crate::{Change, Edition, Evidence, Figure, Head, Since};

pub(super) fn figure(key: &str, title: &str, value: i64) -> Figure {
    Figure {
        key: key.into(),
        context: "backoffice".into(),
        title: title.into(),
        value: Some(value),
        unit: "pence".into(),
        window: "2017-04 to 2017-10".into(),
        base: "the organisations' own ledgers".into(),
        version: "3".into(),
        source: "claims that finance attested".into(),
        public: true,
        ..Figure::default()
    }
}

fn evidence(says: &str) -> Evidence {
    Evidence {
        event_id: "0190b2c4-0000-7000-8000-000000000001".into(),
        kind: "ledger".into(),
        aggregate_id: "import-7".into(),
        occurred_at: 1_509_000_000_000_000,
        says: says.into(),
        line: 2,
        ..Evidence::default()
    }
}

fn savings() -> Vec<Figure> {
    let inside = |it: Figure| Figure { public: false, ..it };
    let claim = figure("savings/claim/c1", "attested by RJZ", 70_025);
    vec![
        Figure {
            made_of: vec!["savings/attested/RJ1".into(), "savings/attested/RJZ".into()],
            ..figure("savings/attested", "attested savings above own programmes", 89_625_000)
        },
        figure("savings/attested/RJ1", "attested savings of RJ1", 19_600_000),
        figure("savings/attested/RJZ", "attested savings of RJZ", 70_025_000),
        figure("savings/recurrent", "the recurrent part of it", 71_300_050),
        figure("savings/within-own", "attested within own programmes", 4_000_000),
        inside(figure("savings/unattested", "claimed and not attested", 1_234_567)),
        inside(Figure {
            source: "agency.spend.posted, claimed by amelia.lock".into(),
            evidence: vec![evidence("line 2 of import import-7")],
            ..claim
        }),
    ]
}

/// A scheme: part-year effect recurrent or not, plan and outcome to date, plan and forecast of the year.
fn scheme(id: &str, (title, programme): (&str, &str), recurrent: bool, figures: [i64; 4]) -> Vec<Figure> {
    let [plan_to_date, actual_to_date, plan_year, forecast_year] = figures;
    let (fye, gap) = if recurrent { (plan_year * 2, 0) } else { (plan_year, plan_year) };
    let of = |measure: &str, says: &str, value: i64| Figure {
        base: programme.into(),
        version: "in-delivery".into(),
        source: "import import-3".into(),
        window: if measure.ends_with("to-date") { "2017-04 to 2017-10".into() } else { "2017/18".into() },
        public: false,
        ..figure(&format!("scheme/{id}/{measure}"), &format!("{title}: {says}"), value)
    };
    vec![
        of("pye", "part-year effect", plan_year),
        of("fye", "full-year effect", fye),
        of("carry-forward", "carried into next year", if recurrent { fye - plan_year } else { 0 }),
        of("new-gap", "gone next year", gap),
        of("risk-adjusted", "part-year effect by risk", plan_year * 3 / 4),
        of("plan-to-date", "planned to date", plan_to_date),
        of("actual-to-date", "came to date", actual_to_date),
        of("plan-year", "planned in the year", plan_year),
        of("forecast-year", "expected in the year", forecast_year),
    ]
}

fn schemes() -> Vec<Figure> {
    let payroll = ("One payroll for four trusts", "Back office");
    let bank = ("Agency hours to the shared bank", "Temporary staffing");
    let mut figures = scheme("S-001", payroll, true, [4_000_000, 3_900_000, 9_000_000, 5_000_000]);
    figures.extend(scheme("S-002", bank, true, [6_000_000, 6_100_000, 12_000_000, 12_300_000]));
    let sale = ("Sale of a disused building", "Estates");
    figures.extend(scheme("S-003", sale, false, [2_000_000, 1_600_000, 2_500_000, 2_200_000]));
    figures
}

fn bridge() -> Vec<Figure> {
    let of = |id: &str, title: &str, millions: i64| Figure {
        window: "2017/18-2020/21".into(),
        base: String::new(),
        version: "after deterioration".into(),
        source: "papers of the South East London programme, 2016 to 2018".into(),
        ..figure(&format!("bridge/Affordability/{id}"), title, millions * 100_000_000)
    };
    vec![
        of("deteriorated", "gap after deterioration (planned, South East London)", 934),
        of("after-bau", "status quo gap after business as usual (planned, South East London)", 727),
        of("derivation/deteriorated", "gap after deterioration printed less computed: adds-up", 0),
        of("derivation/do-nothing", "do-nothing gap printed less computed: rounding", 1),
        Figure {
            source: "neither 934 less 189 nor 854 less 189".into(),
            ..of(
                "derivation/after-bau",
                "status quo gap after business as usual printed less computed: irreconcilable",
                -18,
            )
        },
        of("roll/next", "gap that opens the next year", 694),
    ]
}

fn others() -> Vec<Figure> {
    let of = |key: &str, title: &str, unit: &str, value: i64| Figure {
        context: key.split('/').next().unwrap().into(),
        unit: unit.into(),
        window: "2021".into(),
        base: "2015/16".into(),
        source: "forecast do-nothing".into(),
        ..figure(key, title, value)
    };
    let gap = of(
        "staffing/gap/do-nothing/SEL/gp/2021",
        "gap of GPs, do-nothing, South East London",
        "milli",
        134_000,
    );
    let month = |supply: &str, unit: &str, value: i64| Figure {
        window: "2017-10".into(),
        source: "shift lines, as posted".into(),
        ..of(&format!("temporary-staffing/2017-10/{supply}-{unit}"), "all organisations", unit, value)
    };
    let mut figures = vec![
        Figure { low: Some(98_500), high: Some(171_250), ..gap },
        of("staffing/heads/R81/pharmacist", "pharmacists of one practice", "milli", 3_000),
        Figure {
            low: Some(1_400_000_000),
            high: Some(2_000_000_000),
            ..of("plan/f1", "cost of the gap (SEL)", "pence", 1_700_000_000)
        },
        month("bank", "minutes", 600_030),
        month("bank", "pence", 25_000_050),
        month("agency", "minutes", 300_000),
        month("agency", "pence", 19_000_000),
        of("agency/framework-share", "shifts within the framework", "ppm", 873_000),
        of("catalogue/cover/purchase-order", "spend under a purchase order", "ppm", 912_400),
    ];
    // of two horizons the longer is told
    for (key, value) in
        [("1/wape", 40_000), ("2/coverage80", 790_000), ("2/wape", 81_000), ("2/wape-last-value", 90_000)]
    {
        let key = format!("staffing/backtest/SEL/gp/borough/{key}");
        figures.push(of(&key, "GPs at borough level", "ppm", value));
    }
    for (organisation, cost) in [("RJ1", 42_800), ("RJ2", 51_000), ("RJZ", 38_100)] {
        for (measure, unit, value) in [
            ("cost-per-driver", "centipence", cost),
            ("drivers-per-fte", "milli", 310_500),
            ("service-level", "milli", 81_000),
        ] {
            let key = format!("benchmark/{organisation}/2016/payroll/payslips/{measure}");
            figures.push(Figure { public: false, ..of(&key, "payroll", unit, value) });
        }
    }
    figures
}

/// Edition 7 as it was frozen, with its hash.
pub(super) fn edition() -> Edition {
    let mut figures = [savings(), schemes(), bridge(), others()].concat();
    figures.sort_by(|one, other| one.key.cmp(&other.key));
    let head = Head {
        number: 7,
        frozen_by: "amelia.lock".into(),
        signed_as: "programme director".into(),
        frozen_at_micros: 1_511_222_400_000_000,
        note: "for the board of November".into(),
        as_of: "2017-10".into(),
        figures: figures.len().try_into().unwrap(),
        sha256: String::new(),
        previous_sha256: "ab".repeat(32),
    };
    let mut edition = Edition { head, figures, ..Edition::default() };
    edition.head.sha256 = edition.computed_sha256().unwrap();
    edition.since = Some(since(&edition));
    edition
}

fn since(edition: &Edition) -> Since {
    let of = |key: &str| edition.figures.iter().find(|it| it.key == key).cloned().unwrap();
    let before = |key: &str, value: i64| Some(Figure { value: Some(value), ..of(key) });
    let changes = vec![
        Change {
            before: before("savings/attested", 81_000_000),
            after: Some(of("savings/attested")),
            why: vec![evidence("line 2 of import import-7"), evidence("attested by amelia.lock")],
            no_longer: vec![evidence("line 9 of import import-3")],
        },
        Change {
            before: None,
            after: Some(of("savings/claim/c1")),
            why: vec![evidence("line 2 of import import-7")],
            no_longer: Vec::new(),
        },
        Change {
            before: before("plan/f1", 1_650_000_000),
            after: None,
            why: Vec::new(),
            no_longer: Vec::new(),
        },
    ];
    Since { number: 6, sha256: "ab".repeat(32), changes }
}
