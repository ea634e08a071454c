//! Damaged files through the front door: each gives file, line, column, value and remedy on stderr, exit 3, and changes
//! nothing; what is only unusual (CRLF, byte order mark, Windows-1252) is simply read.

use serde_json::Value;

use crate::system::{Shape, System};

const SERIES: &str = "PRAC_CODE,PRAC_NAME,POSTCODE,CONTRACT,BOROUGH,PCN_CODE,FY_END,SNAPSHOT,TOTAL_PATIENTS,\
    TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,TOTAL_ADMIN_FTE,TOTAL_GP_EXTGL_HC,\
    TOTAL_ADMIN_MANAGER_FTE,TOTAL_ADMIN_RECEPT_FTE,TOTAL_ADMIN_TELEPH_FTE,IMD,IMD_quintile\n";
const ROWS: [&str; 2] = [
    "Z90001,FIRST (TEST),SE1 1AA,GMS,Southwark,,2016,2015-09,9000,5.5,0,2,0.5,9,6,1,7,0,21.5,3\n",
    "Z90002,SECOND (TEST),SE1 1AB,GMS,Southwark,,2016,2015-09,8000,4.5,0,1,0.5,8,5,1,6,0,21.5,3\n",
];
const GROUPINGS: &str = "grouping_kind,grouping_code,grouping_name,practice,valid_from,valid_to\n";

fn series(rows: &[&str]) -> Vec<u8> {
    format!("{SERIES}{}", rows.concat()).into_bytes()
}

/// A damaged file and what its refusal must name.
struct Damage {
    name: &'static str,
    kind: &'static str,
    bytes: Vec<u8>,
    names: Vec<&'static str>,
}

fn damage(name: &'static str, kind: &'static str, bytes: Vec<u8>, names: &[&'static str]) -> Damage {
    Damage { name, kind, bytes, names: names.to_vec() }
}

fn damages() -> Vec<Damage> {
    let cut = series(&[ROWS[0], "Z90002,SECOND (TEST),SE1 1AB,GMS,South"]);
    let utf16: Vec<u8> = format!("\u{feff}{SERIES}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = ROWS[1].replace(",4.5,", ",four,");
    let negative = ROWS[1].replace(",4.5,", ",-4.5,");
    let missing = SERIES.replace("TOTAL_PATIENTS,", "").into_bytes();
    let missing = [missing, ROWS[0].replace("9000,", "").into_bytes()].concat();
    let row = "federation,F1,One,Z90001,2016-04-01,\n";
    let backwards = "federation,F1,One,Z90001,2016-04-01,2015-04-01\n";
    let shares = "predecessor,successor,share,on\nZ90001,Z90002,1.5,2016-04-01\n";
    vec![
        damage("cut.csv", "gp-workforce", cut, &["cut.csv", "line 3", "middle of this line", "again"]),
        damage("utf16.csv", "gp-workforce", utf16, &["utf16.csv", "UTF-16", "CSV UTF-8"]),
        damage(
            "text.csv",
            "gp-workforce",
            series(&[ROWS[0], &text]),
            &["line 3", "TOTAL_GP_EXTGL_FTE", "`four`"],
        ),
        damage(
            "negative.csv",
            "gp-workforce",
            series(&[ROWS[0], &negative]),
            &["line 3", "TOTAL_GP_EXTGL_FTE", "`-4.5`"],
        ),
        damage("double.csv", "gp-workforce", series(&[ROWS[0], ROWS[0]]), &["line 3", "twice", "line 2"]),
        damage("column.csv", "gp-workforce", missing, &["line 1", "TOTAL_PATIENTS"]),
        damage("empty.csv", "gp-workforce", Vec::new(), &["empty.csv", "empty"]),
        damage(
            "bytes.csv",
            "gp-workforce",
            vec![0x00, 0x01, 0xfe, 0x80, 0x00, 0x9d],
            &["bytes.csv", "no text"],
        ),
        damage(
            "other.csv",
            "gp-workforce",
            format!("{GROUPINGS}{row}").into_bytes(),
            &["other.csv", "line 1"],
        ),
        damage(
            "page.csv",
            "gp-payments",
            b"<!DOCTYPE html><html></html>".to_vec(),
            &["page.csv", "web page"],
        ),
        damage(
            "date.csv",
            "groupings",
            format!("{GROUPINGS}{}", row.replace("2016-04-01", "April")).into_bytes(),
            &["line 2", "valid_from", "`April`"],
        ),
        damage(
            "back.csv",
            "groupings",
            format!("{GROUPINGS}{backwards}").into_bytes(),
            &["line 2", "valid_to"],
        ),
        damage("twice.csv", "groupings", format!("{GROUPINGS}{row}{row}").into_bytes(), &["line 3", "twice"]),
        damage("share.csv", "successions", shares.into(), &["line 2", "share", "`1.5`"]),
    ]
}

fn state(system: &System) -> (Value, Value, Value) {
    let groupings = system.json("web", &["directory", "groupings"]);
    let events = system.json("web", &["events", "tail"]);
    let runs = system.json("web", &["staffing", "runs"]);
    (groupings, events, runs)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_refused_with_its_place_and_changes_nothing() {
    let Some(system) = System::start(Shape::OneProcess).await else { return };
    let before = state(&system);
    for damage in damages() {
        let path = system.bytes(damage.name, &damage.bytes).display().to_string();
        let mut arguments = vec!["import", damage.kind, &path];
        if damage.kind == "gp-payments" {
            arguments.extend(["--year", "2016"]);
        }
        let (code, out, err) = system.command("web", &arguments);
        assert_eq!(code, 3, "{}: {out}{err}", damage.name);
        for name in damage.names {
            assert!(err.contains(name), "{}: `{name}` is not in: {err}", damage.name);
        }
        assert!(err.contains("; "), "{}: no remedy in: {err}", damage.name);
    }
    assert_eq!(state(&system), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_unusual_is_simply_read_and_good_rows_can_be_kept() {
    let Some(system) = System::start(Shape::OneProcess).await else { return };
    let crlf = String::from_utf8(series(&ROWS)).expect("text").replace('\n', "\r\n");
    let marked = [&b"\xef\xbb\xbf"[..], crlf.as_bytes()].concat();
    let cp1252 = [SERIES.as_bytes(), &ROWS[0].replace("FIRST", "SANT\u{1}").into_bytes()].concat();
    let cp1252: Vec<u8> = cp1252.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
    for (name, bytes, rows) in [("marked.csv", marked, 2), ("cp1252.csv", cp1252, 1)] {
        let path = system.bytes(name, &bytes).display().to_string();
        let report = system.json("web", &["import", "gp-workforce", &path]);
        let file = &report["files"][0];
        assert_eq!(
            (&file["refused"], file["rows_kept"].as_u64()),
            (&Value::Bool(false), Some(rows)),
            "{report}"
        );
    }
    let bad = ROWS[1].replace(",4.5,", ",four,").replace("2016,2015-09", "2017,2016-09");
    let good = ROWS[0].replace("2016,2015-09", "2017,2016-09");
    let path = system.bytes("mixed.csv", &series(&[&good, &bad])).display().to_string();
    let (code, _, _) = system.command("web", &["import", "gp-workforce", &path]);
    assert_eq!(code, 3);
    let report = system.json("web", &["import", "gp-workforce", &path, "--keep-good-rows"]);
    let file = &report["files"][0];
    assert_eq!((file["rows_kept"].as_u64(), file["rows_refused"].as_u64()), (Some(1), Some(1)), "{report}");
}
