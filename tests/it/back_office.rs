//! From agency hours that moved to the bank to a saving that finance attested, over the bus: in one process, and in five over
//! PostgreSQL and NATS with the back office killed on the way. The same figures to the penny.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::system::{Shape, System};

/// Shifts of ten hours in October of a year: by an agency at 30 pounds an hour, and by the bank at 15 of pay.
fn shifts(system: &System, name: &str, year: i32, agency: u32, bank: u32) {
    let mut text = "shift_ref,organisation,site,staff_group,grade,start,end,break_minutes,supply,framework,pay_per_hour,\
                    charge_per_hour,agency\n"
        .to_owned();
    let mut row = |number: u32, rest: &str| {
        let day = format!("{year}-10-{:02}", number % 28 + 1);
        let _ = writeln!(text, "{year}-{number},RJZ,RJZ01,nursing,band-5,{day}T08:00,{day}T18:00,0,{rest}");
    };
    for number in 0..agency {
        row(number, "agency,Y,,30,A LTD");
    }
    for number in agency..agency + bank {
        row(number, "bank,,15,,");
    }
    import(system, "agency", "shifts", name, &text);
}

pub(crate) fn import(system: &System, service: &str, kind: &str, name: &str, text: &str) {
    let path = system.file(name, text).display().to_string();
    let report = system.json(service, &["import", kind, &path]);
    assert!(report["files"][0]["refused"] == false, "{report}");
}

async fn claim(system: &System, what: &str, pence: i64) -> Value {
    let found = || {
        let document = system.json("backoffice", &["back-office", "claims", "--undecided"]);
        let claims = document["claims"].as_array().cloned().unwrap_or_default();
        claims.into_iter().find(|it| it["claimed_pence"] == pence)
    };
    system.eventually(what, found).await
}

async fn agency_hours_become_an_attested_saving(shape: Shape) {
    let Some(mut system) = System::start(shape).await else { return };
    shifts(&system, "before.csv", 2016, 10, 0);
    if shape == Shape::WithBackOffice {
        system.kill(4);
    }
    shifts(&system, "now.csv", 2017, 4, 6);
    if shape == Shape::WithBackOffice {
        system.start_part(4).await;
    }
    // 60 hours x (30 - 15 x 1.4025)
    let proposed = claim(&system, "displaced hours are proposed", 53_775).await;
    assert_eq!(
        (&proposed["state"], &proposed["source"]),
        (&json!("proposed"), &json!("agency-displacement"))
    );
    assert_eq!(proposed["evidence"][0]["kind"], "muster.agency.spend.posted.v1", "{proposed}");
    // four more shifts of the bank come in late: an hour moves only where both fell and rose
    shifts(&system, "late.csv", 2017, 4, 10);
    let heard = || {
        let document = system.json("backoffice", &["back-office", "claims", "--undecided"]);
        (document["claims"][0]["version"] == 2).then(|| document["claims"].clone())
    };
    let claims = system.eventually("the later posting is its evidence now", heard).await;
    assert_eq!((&claims[0]["claimed_pence"], claims.as_array().map(Vec::len)), (&json!(53_775), Some(1)));
    let schemes = "scheme,organisation,programme,title,category,type,recurrent,start_month,gate,risk,owner,quality_signed,\
                   over_and_above\nS1,RJZ,bank first,shared bank,pay,cash-releasing,Y,2017-04,in-delivery,M,owner,Y,Y\n";
    import(&system, "backoffice", "schemes", "schemes.csv", schemes);
    let ledger =
        "organisation,month,account,cost_centre,amount\nRJZ,2017-10,61000,,-600.00\nTOTAL,,,,-600.00\n";
    import(&system, "backoffice", "ledger", "ledger.csv", ledger);
    let id = proposed["claim"].as_str().expect("a name").to_owned();
    let (code, _, err) = system.command("backoffice", &["back-office", "attest", &id, "--account", "61000"]);
    assert!(code == 2 && err.contains("names no scheme"), "{code}: {err}");
    let attest = ["back-office", "attest", &id, "--account", "61000", "--scheme", "S1"];
    let attested = system.json("backoffice", &attest);
    assert_eq!((&attested["state"], &attested["headline_pence"]), (&json!("attested"), &json!(53_775)));
    // one's own claim waits for somebody else
    let own = ["back-office", "claim", "--scheme", "S1", "--month", "2017-10", "--amount", "12.50"];
    let own = system.json("backoffice", &own);
    let id = own["claim"].as_str().expect("a name");
    let (code, _, err) = system.command("backoffice", &["back-office", "attest", id, "--account", "61000"]);
    assert!(code == 1 && err.contains("somebody else must decide"), "{code}: {err}");
    let board = system.json("backoffice", &["back-office", "board"]);
    assert_eq!((&board["attested_pence"], &board["unattested_pence"]), (&json!(53_775), &json!(1_250)));
    assert_eq!(board["by_organisation"], json!({ "RJZ": 53_775 }));
    if shape == Shape::WithBackOffice {
        system.kill_and_restart(4).await;
    }
    assert_eq!(system.json("backoffice", &["back-office", "board"]), board);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saving_in_one_process() {
    agency_hours_become_an_attested_saving(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saving_over_nats_and_postgres() {
    agency_hours_become_an_attested_saving(Shape::WithBackOffice).await;
}

#[test]
fn the_bridge_and_benchmarks_of_a_data_folder() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().display().to_string();
    let muster = |args: &[&str]| crate::system::run(&[&["--data", &folder], args].concat());
    let json = |args: &[&str]| -> Value {
        let (code, out, err) = muster(&[args, &["--json"]].concat());
        assert_eq!(code, 0, "{args:?}: {err}");
        serde_json::from_str(&out).expect("JSON")
    };
    let bridge = json(&["back-office", "bridge"]);
    assert_eq!(
        (&bridge["shipped"], &bridge["derivations"][0]["verdict"]),
        (&json!(true), &json!("rounding"))
    );
    let (code, out, _) = muster(&["import", "--template", "bridge"]);
    assert!(code == 0 && out.contains("\"later-gap\""), "{out}");
    let path = data.path().join("bridge.json");
    std::fs::write(&path, out).expect("the file is written");
    json(&["import", "bridge", &path.display().to_string()]);
    let bridge = json(&["back-office", "bridge"]);
    assert_eq!((&bridge["shipped"], &bridge["version"]), (&json!(false), &json!(1)));
    let (code, out, _) = muster(&["back-office", "bridge", "--compare", "productivity,productivity-web"]);
    assert!(code == 3 && out.contains("refused, they differ in"), "{out}");
    let found = json(&["back-office", "benchmarks", "--function", "payroll"]);
    assert!(found["national"].as_array().is_some_and(|it| it.len() > 3), "{found}");
    let freeze = ["edition", "freeze", "--signed-as", "programme office"];
    let first = json(&freeze);
    assert_eq!((&first["number"], &first["previous_sha256"]), (&json!(1), &json!("")));
    let ledger = data.path().join("ledger.csv");
    let text = "organisation,year,function,cost,driver,volume,source\nRJ1,2016,payroll,428000,payslips,100000,ledger\n";
    std::fs::write(&ledger, text).expect("the file is written");
    json(&["import", "benchmarks", &ledger.display().to_string()]);
    assert_eq!(json(&freeze)["previous_sha256"], first["sha256"]);
    let changes = json(&["edition", "diff", "1", "2"])["changes"].clone();
    let why = &changes[0]["why"][0];
    assert!(
        changes[0]["before"].is_null() && why["says"].as_str().is_some_and(|it| it.starts_with("line 2 "))
    );
    let found = json(&["edition", "show", "1", "--public", "--prefix", "bridge/"]);
    assert!(found["figures"].as_array().is_some_and(|it| it.len() > 9), "{found}");
    assert_eq!(json(&["edition", "verify"])["chain_holds"], true);
    for command in
        [&["edition", "list"][..], &["edition", "show"], &["edition", "diff", "1"], &["edition", "verify"]]
    {
        let (code, out, err) = muster(command);
        assert!(code == 0 && !out.is_empty() && err.is_empty(), "{command:?}: {out}{err}");
    }
    for command in ["board", "schemes", "claims", "plan", "benchmarks", "bridge"] {
        let (code, out, err) = muster(&["back-office", command]);
        assert!(code == 0 && !out.is_empty() && err.is_empty(), "{command}: {out}{err}");
    }
    let (code, _, err) =
        muster(&["back-office", "claim", "--scheme", "S", "--month", "x", "--amount", "1.234"]);
    assert!(code == 2 && err.contains("at most two decimals"), "{err}");
}

#[test]
fn a_tracker_is_looked_at_mapped_and_imported() {
    let data = tempfile::tempdir().expect("a folder");
    let folder = data.path().display().to_string();
    let muster = |args: &[&str]| crate::system::run(&[&["--data", &folder], args].concat());
    let tracker = data.path().join("cip.csv").display().to_string();
    let mapping = data.path().join("cip.json").display().to_string();
    let text = "In £k\nScheme ref,Trust,R/NR,Apr-17 plan,Apr-17 actual\nF1,Guy's,R,10,9.5\nTotal,,,10,9.5\n";
    std::fs::write(&tracker, text).expect("the file is written");
    let preview = ["back-office", "tracker", "preview", &tracker];
    let (code, out, err) = muster(&[&preview[..], &["--save", &mapping]].concat());
    assert!(
        code == 3 && err.contains("value `Guy's`") && err.contains("words.organisation"),
        "{code}: {err}"
    );
    assert!(out.contains("2 of 2 totals agree") && out.contains("nothing is stored yet"), "{out}");
    let proposed = std::fs::read_to_string(&mapping).expect("the mapping was saved");
    let mut proposed: Value = serde_json::from_str(&proposed).expect("JSON");
    proposed["words"]["organisation"] = json!({ "Guy's": "RJ1" });
    std::fs::write(&mapping, proposed.to_string()).expect("the mapping is written");
    let with = ["--mapping", &mapping, "--json"];
    let (code, out, err) = muster(&[&preview[..], &with].concat());
    let found: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &found["months"][0]["actual_pence"]), (0, &json!(950_000)), "{err}");
    assert_eq!(found["mapping"], proposed);
    let import = ["back-office", "tracker", "import", &tracker];
    let (code, _, err) = muster(&import);
    assert!(code == 2 && err.contains("a mapping that somebody confirmed"), "{code}: {err}");
    let (code, out, err) = muster(&[&import[..], &with].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).expect("JSON")["totals"]["schemes"], 1);
    let (_, out, _) = muster(&["back-office", "schemes", "--json"]);
    let schemes: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(schemes["schemes"][0]["organisation"], "RJ1");
    let (code, out, _) = muster(&["back-office", "tracker", "template"]);
    assert!(code == 0 && serde_json::from_str::<Value>(&out).is_ok_and(|it| it["version"] == 1), "{out}");
}
