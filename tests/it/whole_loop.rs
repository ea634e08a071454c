//! The whole loop: a new baseline raises the gap, the gap asks for cover, cover is spent above caps and towards a ceiling, a shared bank
//! takes hours over from agencies, a round is awarded and its prices are paid, claims arrive by themselves, finance attests, an edition is
//! frozen, and its headline leads back to the lines of files. In one process, and in six over PostgreSQL and NATS, with files in another
//! order, given twice, and processes killed on the way: the same figures to the penny.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    back_office, catalogue_loop,
    sample_files::{self, File},
    system::{Shape, System},
    the_loop::{forecast, rows},
};

/// What finance attests in the end: agency hours that moved to the bank, and prices under an award at two partners.
const HEADLINE: i64 = 53_775 + (54_000 - 36_000) + (48_660 - 39_600);

/// The place of a service among the processes.
const AGENCY: usize = 3;
const BACK_OFFICE: usize = 4;
const CATALOGUE: usize = 5;

/// The sample with twice the nurses: another count of the same year. Demand begins at what there is, so twice as much is to be kept up.
fn more_nurses(system: &System, of: &File) -> File {
    let text = std::fs::read_to_string(&of.path).expect("the sample is read");
    let mut more = String::new();
    for line in text.lines() {
        let (name, rest) = line.split_once("\",").unwrap_or(("", line));
        let mut cells: Vec<String> = rest.split(',').map(str::to_owned).collect();
        if let Some(nurses) = cells.get_mut(6).filter(|_| !name.is_empty())
            && let Ok(fte) = nurses.parse::<f64>()
        {
            *nurses = format!("{:.1}", fte * 2.0);
        }
        let begins = if name.is_empty() { String::new() } else { format!("{name}\",") };
        let _ = writeln!(more, "{begins}{}", cells.join(","));
    }
    File {
        service: of.service,
        kind: of.kind.clone(),
        path: system.file("more-nurses.csv", &more),
        year: None,
    }
}

fn nurses(run: &Value) -> f64 {
    let system = |row: &&Value| row["level"] == "system" && row["role"] == "nurse" && row["year"] == 2018;
    let row = rows(run).iter().find(system).expect("nurses of the system");
    row["gap"]["p50"].as_f64().expect("a number")
}

/// Hours of the nurses' cover, once it is that of the run.
async fn cover(system: &System, run: &Value) -> i64 {
    let found = || {
        let document = system.json("agency", &["agency", "cover", "--level", "system", "--role", "nurse"]);
        let row = rows(&document).first().cloned()?;
        (row["run_id"] == run["run_id"]).then(|| row["hours"]["p50"].as_i64()).flatten()
    };
    system.eventually("the cover is that of the run", found).await
}

/// What the nurses' gap would cost, as the back office has heard.
async fn pressure(system: &System, run: &Value) -> i64 {
    let version = run["version"].as_i64();
    let found = || {
        let document = system.json("backoffice", &["back-office", "plan", "--nature", "pressure"]);
        let lines = document["lines"].as_array().cloned()?;
        let nurses = |it: &&Value| {
            it["title"].as_str().is_some_and(|title| title.contains("nurse"))
                && it["financial_year_ending"] == 2018
                && (version.is_none() || it["version"].as_i64() == version)
        };
        lines.iter().find(nurses).and_then(|it| it["pence"]["p50"].as_i64())
    };
    system.eventually("the pressure of the run is in the plan", found).await
}

async fn a_new_baseline_asks_for_more_cover(system: &System) {
    let files = sample_files::write(system, 7);
    for file in &files {
        assert_eq!(file.import(system)["refused"], false);
    }
    let first = forecast(system, 1);
    let hours = cover(system, &first).await;
    let before = pressure(system, &first).await;
    let workforce = files.iter().find(|it| it.kind == "gp-workforce").expect("a file of the workforce");
    let report = more_nurses(system, workforce).import(system);
    assert_eq!(report["refused"], false, "{report}");
    let second = forecast(system, 1);
    // medians of 32 draws: they follow the doubled baseline, but only roughly
    assert!(nurses(&second) > nurses(&first) * 1.25, "{} after {}", nurses(&second), nurses(&first));
    assert!(cover(system, &second).await > hours);
    let moved = || {
        let document = system.json("backoffice", &["back-office", "plan", "--nature", "pressure"]);
        let lines = document["lines"].as_array().cloned()?;
        let nurses = |it: &&Value| {
            it["title"].as_str().is_some_and(|title| title.contains("nurse"))
                && it["financial_year_ending"] == 2018
        };
        lines.iter().find(nurses).and_then(|it| it["pence"]["p50"].as_i64()).filter(|it| *it > before)
    };
    system.eventually("the pressure beside the bridge has moved", moved).await;
}

/// Shifts of ten hours in an October: agencies at 30 pounds an hour, above the cap, a shared bank at 15 of pay, and nobody.
fn shifts(year: i32, agency: u32, shared: u32, unfilled: u32) -> String {
    let mut text = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,pay_per_hour,\
                    charge_per_hour,agency,home_organisation\n"
        .to_owned();
    for number in 0..agency + shared + unfilled {
        let day = format!("{year}-10-{:02}", number % 28 + 1);
        let rest = match number {
            _ if number < agency => "agency,Y,,30,A LTD,",
            _ if number < agency + shared => "shared-bank,,15,,,RJ1",
            _ => "unfilled,,,,,",
        };
        let _ = writeln!(text, "{year}-{number},RJZ,RJZ01,nursing,band-5,{day}T08:00,{day}T18:00,0,{rest}");
    }
    text
}

const WORKERS: &str = "worker_ref,home_organisation,grade,skills,rate_per_hour,max_hours_week,opted_out,consents,available_from,available_to\n\
                       W1,RJ1,band-5,,15.00,37.5,N,RJZ,2017-10-01T00:00,2017-10-31T23:00\n";

async fn a_shared_bank_takes_hours_over(system: &mut System, shape: Shape) {
    let agency = |kind: &str, name: &str, text: &str, system: &System| {
        back_office::import(system, "agency", kind, name, text);
    };
    agency("ceilings", "ceilings.csv", "organisation,year,amount,basis\nRJZ,2018,1000.00,pounds\n", system);
    agency("workers", "workers.csv", WORKERS, system);
    let (before, now) = (shifts(2016, 10, 0, 0), shifts(2017, 8, 0, 2));
    // the order in which months come in must not matter
    if shape == Shape::Whole {
        system.kill(BACK_OFFICE);
        agency("shifts", "now.csv", &now, system);
        agency("shifts", "before.csv", &before, system);
        system.kill_and_restart(AGENCY).await;
        system.start_part(BACK_OFFICE).await;
    } else {
        agency("shifts", "before.csv", &before, system);
        agency("shifts", "now.csv", &now, system);
    }
    let table = system.json("agency", &["agency", "spend-table"]);
    let over = rows(&table).iter().filter_map(|row| row["over_cap_pence"].as_i64()).sum::<i64>();
    assert!(over > 0, "{table}");
    let warned = || {
        let log =
            system.json("web", &["events", "tail", "--filter", "muster.v1.own.*.agency.ceiling.at-risk"]);
        log["events"].as_array().filter(|events| !events.is_empty()).map(Vec::len)
    };
    system.eventually("the ceiling is at risk", warned).await;
    let proposal = system.json("agency", &["agency", "propose", "--deadline", "1"]);
    let [one, two] = &proposal["allocations"].as_array().cloned().unwrap_or_default()[..] else {
        panic!("{proposal}")
    };
    assert_eq!((&one["worker_ref"], &two["home_organisation"]), (&json!("W1"), &json!("RJ1")), "{proposal}");
    // so it is booked: the two, and four that agencies had
    let booked = shifts(2017, 4, 6, 0);
    agency("shifts", "booked.csv", &booked, system);
    let path = system.file("booked.csv", &booked).display().to_string();
    let again = system.json("agency", &["import", "shifts", &path]);
    assert_eq!(again["files"][0]["already_imported"], true, "{again}");
}

async fn a_round_is_awarded_and_paid(system: &mut System, shape: Shape) {
    catalogue_loop::bring_in(system);
    catalogue_loop::round(system);
    if shape == Shape::Whole {
        system.kill_and_restart(CATALOGUE).await;
    }
    let paid = catalogue_loop::purchases(2020, |organisation, pence| match organisation {
        "RJ1" => 600,
        "RJ2" => 660,
        _ => pence,
    });
    catalogue_loop::import(system, "purchases", "later.csv", &paid);
}

/// Claims that wait, once there are so many of so much.
async fn claims(system: &System) -> Vec<Value> {
    let found = || {
        let document = system.json("backoffice", &["back-office", "claims", "--undecided"]);
        let claims = document["claims"].as_array().cloned().unwrap_or_default();
        let sum: i64 = claims.iter().filter_map(|it| it["claimed_pence"].as_i64()).sum();
        (claims.len() == 13 && sum == HEADLINE).then_some(claims)
    };
    system.eventually("thirteen claims arrive by themselves", found).await
}

const SCHEMES: &str = "scheme,organisation,programme,title,category,type,recurrent,start_month,gate,risk,owner,quality_signed,over_and_above\n\
    BANK,RJZ,bank first,shared bank,pay,cash-releasing,Y,2017-04,in-delivery,M,owner,Y,Y\n\
    ONE,RJ1,buying,gloves,non-pay,cash-releasing,Y,2020-01,in-delivery,M,owner,Y,Y\n\
    TWO,RJ2,buying,gloves,non-pay,cash-releasing,Y,2020-01,in-delivery,M,owner,Y,Y\n";

/// A ledger that shows each month of each claim.
fn ledger(claims: &[Value]) -> String {
    let (mut text, mut total) = ("organisation,month,account,cost_centre,amount\n".to_owned(), 0);
    for claim in claims {
        let pence = claim["claimed_pence"].as_i64().expect("an amount");
        total += pence;
        let (organisation, month) = (claim["organisation"].as_str(), claim["month"].as_str());
        let (organisation, month) = (organisation.expect("a code"), month.expect("a month"));
        let _ = writeln!(text, "{organisation},{month},61000,,-{}.{:02}", pence / 100, pence % 100);
    }
    let _ = writeln!(text, "TOTAL,,,,-{}.{:02}", total / 100, total % 100);
    text
}

fn attest(system: &System, claims: &[Value]) {
    for claim in claims {
        let scheme = match claim["organisation"].as_str() {
            Some("RJZ") => "BANK",
            Some("RJ1") => "ONE",
            _ => "TWO",
        };
        let id = claim["claim"].as_str().expect("a name");
        let attest = ["back-office", "attest", id, "--account", "61000", "--scheme", scheme];
        assert_eq!(system.json("backoffice", &attest)["state"], "attested");
    }
}

const FREEZE: [&str; 4] = ["edition", "freeze", "--signed-as", "programme office"];

/// A gap that is taken on by what finance attests of 2017/18.
const BRIDGE: &str = r#"{
    "title": "loop", "unit": "pounds",
    "figures": [{
        "id": "gap", "title": "gap", "amount": 10000, "window": "2018/19-2020/21", "outturn": "planned", "scope": "all",
        "recurrence": "recurrent", "version": "1", "source": "made up for the test"
    }],
    "rolls": [{ "id": "opening", "from": "gap", "planned": 1000, "attested_year": 2018, "source": "the ledger" }]
}"#;

/// What the next year opens with, pence.
fn opening(system: &System) -> Option<i64> {
    let found = system.json("backoffice", &["back-office", "bridge"]);
    found["rolls"][0]["opening_pence"].as_i64()
}

/// The change of the headline between the editions is explained by decisions and the ledger.
fn the_headline_is_explained(system: &System) {
    let changes = system.json("backoffice", &["edition", "diff", "1", "2"]);
    let of = |it: &&Value| it["after"]["key"] == "savings/attested";
    let headline = changes["changes"].as_array().and_then(|all| all.iter().find(of)).expect("a change");
    assert_eq!((&headline["before"]["value"], &headline["after"]["value"]), (&json!(0), &json!(HEADLINE)));
    let why = headline["why"].as_array().cloned().unwrap_or_default();
    for kind in ["claim", "ledger", "muster.agency.spend.posted.v1", "muster.catalogue.price.realised.v1"] {
        assert!(why.iter().any(|it| it["kind"] == kind), "{kind}: {why:?}");
    }
}

/// Steps of a trace in which nothing was left open.
fn trace(system: &System, figure: &str) -> Vec<Value> {
    let found = system.json("backoffice", &["edition", "trace", figure, "--edition", "2"]);
    assert_eq!(found["gaps"], json!([]), "{found}");
    found["steps"].as_array().cloned().expect("steps")
}

fn the_headline_leads_back_to_lines(system: &System) {
    let steps = trace(system, "savings/attested");
    assert_eq!((&steps[0]["nature"], &steps[0]["value"]), (&json!("figure"), &json!(HEADLINE)));
    let any = |what: &dyn Fn(&Value) -> bool| steps.iter().any(what);
    let names = |it: &Value, file: &str| it["file_name"].as_str() == Some(file);
    assert!(any(
        &|it| it["nature"] == "decision" && it["title"].as_str().is_some_and(|it| it.contains("attested"))
    ));
    assert!(any(&|it| it["nature"] == "line" && names(it, "ledger.csv") && it["line"].as_i64() > Some(1)));
    // an hour that moved: its shift, in the file that said so last
    let shift = |it: &Value| {
        let title = it["title"].as_str().unwrap_or_default();
        it["nature"] == "line" && names(it, "booked.csv") && title.starts_with("shift 2017-4 ")
    };
    assert!(any(&shift), "{steps:?}");
    assert!(any(&|it| shift(it) && it["line"].as_i64() > Some(1)), "{steps:?}");
    // a purchase at the award's price, and one of the year before it
    for file in ["purchases.csv", "later.csv"] {
        let purchase = |it: &Value| {
            let title = it["title"].as_str().unwrap_or_default();
            it["nature"] == "line" && names(it, file) && title.starts_with("purchase ")
        };
        assert!(any(&|it| purchase(it) && it["line"].as_i64() > Some(1)), "{file}: {steps:?}");
    }
    assert!(any(&|it| it["nature"] == "file"
        && names(it, "before.csv")
        && it["sha256"].as_str().is_some_and(|it| it.len() == 64)));
    assert!(any(&|it| it["nature"] == "file" && names(it, "later.csv")), "{steps:?}");
    let frozen = system.json("backoffice", &["edition", "show", "2", "--prefix", "catalogue/award-price/"]);
    let award = frozen["figures"][0]["key"].as_str().map(|key| trace(system, key)).unwrap_or_default();
    assert!(
        award.iter().any(|it| it["nature"] == "event"),
        "the award that set the price: {frozen} {award:?}"
    );
    let gap = trace(system, "staffing/gap/do-nothing/SEL/system/SEL/nurse/2017/18");
    assert!(gap.iter().any(|it| it["nature"] == "file" && names(it, "more-nurses.csv")), "{gap:?}");
    let cover = trace(system, "agency/cover-agency/do-nothing/SEL/system/SEL/nurse/2017/18");
    assert!(cover.iter().any(|it| it["id"] == "staffing/gap/do-nothing/SEL/system/SEL/nurse/2017/18"));
}

async fn the_whole_loop(shape: Shape) {
    let Some(mut system) = System::start(shape).await else { return };
    a_new_baseline_asks_for_more_cover(&system).await;
    a_shared_bank_takes_hours_over(&mut system, shape).await;
    a_round_is_awarded_and_paid(&mut system, shape).await;
    let waiting = claims(&system).await;
    let plan = system.json("backoffice", &["back-office", "plan", "--nature", "planned-saving"]);
    // a line for each partner and financial year of the term
    let planned =
        plan["lines"].as_array().map(|lines| lines.iter().filter_map(|it| it["pence"]["p50"].as_i64()).sum());
    assert_eq!(planned, Some(108_000_i64 - 72_000 + 97_320 - 72_000), "{plan}");
    back_office::import(&system, "backoffice", "schemes", "schemes.csv", SCHEMES);
    back_office::import(&system, "backoffice", "bridge", "bridge.json", BRIDGE);
    assert_eq!(opening(&system), Some(1_000_000 + 100_000));
    system.json("backoffice", &FREEZE);
    back_office::import(&system, "backoffice", "ledger", "ledger.csv", &ledger(&waiting));
    attest(&system, &waiting);
    if shape == Shape::Whole {
        system.kill_and_restart(BACK_OFFICE).await;
    }
    let board = system.json("backoffice", &["back-office", "board"]);
    assert_eq!(board["attested_pence"], HEADLINE, "{board}");
    assert_eq!(board["by_organisation"], json!({ "RJ1": 18_000, "RJ2": 9_060, "RJZ": 53_775 }));
    // the hours that moved in October 2017 are delivered; prices of 2020 belong to another year
    assert_eq!(opening(&system), Some(1_000_000 + 100_000 - 53_775));
    system.json("backoffice", &FREEZE);
    the_headline_is_explained(&system);
    the_headline_leads_back_to_lines(&system);
    let verified = system.json("backoffice", &["edition", "verify"]);
    assert_eq!((&verified["holds"], &verified["chain_holds"]), (&json!(true), &json!(true)));
    if shape == Shape::Whole {
        // an edition is whole, or says what it is without
        system.kill(CATALOGUE);
        let (code, _, err) = system.command("backoffice", &FREEZE);
        assert!(code != 0 && err.contains("--without catalogue"), "{code}: {err}");
        let without = system.json("backoffice", &[&FREEZE[..], &["--without", "catalogue"]].concat());
        assert_eq!((&without["number"], &without["note"]), (&json!(3), &json!("frozen without catalogue")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_loop_in_one_process() {
    the_whole_loop(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_loop_over_nats_and_postgres() {
    the_whole_loop(Shape::Whole).await;
}
