//! Our own formats as CSV and as XLSX, and columns that publishers move and rename.

use jiff::civil::date;
use muster_directory::{
    app::import_file::{self, Imported},
    domain::GroupingKind,
};
use muster_kit::{imports::Upload, intake::RawFile};
use rust_xlsxwriter::Workbook;
use std::sync::Arc;

use crate::house::{House, payments};

/// A workbook with one sheet of text cells.
fn workbook(sheet: &str, csv: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name(sheet).unwrap();
    for (line, text) in (0..).zip(csv.lines()) {
        for (place, cell) in (0..).zip(text.split(',')) {
            page.write_string(line, place, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

const GROUPINGS: &str = "PRACTICE,Grouping_Kind,grouping_code,grouping_name,valid_from,valid_to,remark\n\
                         G85034,federation,FED-1,Quay Health Solutions,2016-04-01,2018-03-31,x\n\
                         G85034,neighbourhood,N-1,Borough,2016-04-01,,\n";

const SUCCESSIONS: &str =
    "predecessor,successor,share,on\nG85012,G85034,0.25,2016-09-12\nG85012,G85623,0.75,2016-09-12\n";

#[tokio::test]
async fn a_sheet_says_the_same_as_the_csv() {
    let mut states = Vec::new();
    for as_sheet in [false, true] {
        let house = House::new().await;
        let rows =
            [("G85034", "08Q", "", "11369"), ("G85012", "08Q", "", "20645"), ("G85623", "08Q", "", "9038")];
        house.store("gp-payments", "payments 15-16.csv", payments(&rows)).await;
        for (kind, csv) in [("groupings", GROUPINGS), ("successions", SUCCESSIONS)] {
            let bytes = if as_sheet { workbook(kind, csv) } else { csv.as_bytes().to_vec() };
            let summary = house.store(kind, kind, bytes).await;
            assert_eq!(summary.rows_kept, 2, "{kind}");
        }
        let federations = house.groupings(GroupingKind::Federation, date(2017, 3, 31)).await;
        assert_eq!((federations.len(), federations[0].practices), (1, 1));
        states.push(house.state().await);
    }
    assert_eq!(states[0], states[1]);
}

#[tokio::test]
async fn a_workbook_without_the_sheet_is_refused() {
    let house = House::new().await;
    let imported = house.import("groupings", "groupings.xlsx", workbook("Sheet1", GROUPINGS)).await;
    let Imported::Refused(summary) = imported else { panic!("stored") };
    assert_eq!(summary.findings.sorted()[0].rule, "missing-sheet");
}

#[tokio::test]
async fn unknown_columns_are_told_and_ignored() {
    let house = House::new().await;
    let summary = house.store("groupings", "groupings.csv", GROUPINGS).await;
    assert_eq!(summary.findings.by_rule("unknown-column").next().unwrap().value, "remark");
}

/// The header of 2022-23 names the network's columns `Code` and `CCG NAME`, and the latter twice.
#[tokio::test]
async fn networks_are_known_by_their_codes_where_the_header_is_wrong() {
    let house = House::new().await;
    let text = "CCG Code,CCG NAME,Code,CCG NAME,Practice Code,Practice Name,Practice Postcode,Practice Open Date,\
                Practice Close Date,Practice.Type,Number of Registered Patients (Last Known Figure),\
                Number of Weighted Patients (Last Known Figure)\n\
                72Q,NHS SOUTH EAST LONDON ICB - 72Q,U06180,NORTH SOUTHWARK PCN,G85034,NEXUS,SE1 6JP,,,GP,78038.5,70000\n\
                72Q,NHS SOUTH EAST LONDON ICB - 72Q,UNKNOWN OR NO PCN,UNKNOWN,Y06113,CARE HOMES,SE5 0BB,,,GP,381.25,300\n";
    house.store("gp-payments", "payments 22-23.csv", text).await;
    let networks = house.groupings(GroupingKind::Pcn, date(2023, 3, 31)).await;
    assert_eq!(networks.len(), 1);
    assert_eq!((networks[0].key.code.as_str(), networks[0].name.as_str()), ("U06180", "NORTH SOUTHWARK PCN"));
    let commissioners = house.groupings(GroupingKind::Commissioner, date(2023, 3, 31)).await;
    assert_eq!(commissioners[0].name, "NHS SOUTH EAST LONDON ICB - 72Q");
}

#[tokio::test]
async fn the_year_given_holds_over_the_name() {
    let house = House::new().await;
    let file = RawFile::new("payments 15-16.csv", payments(&[("G85034", "08Q", "", "11369")]).into_bytes());
    let upload = Upload { kind: "gp-payments".into(), file, keep_good: false, year: Some(2017) };
    let imported =
        import_file::run(&house.deps, &house.actor, Arc::new(upload), &|_, _, _| ()).await.unwrap();
    let Imported::Stored(summary, _) = imported else { panic!("refused") };
    assert_eq!(summary.findings.by_rule("year-differs").count(), 1);
    let places = house.places("ENGLAND", date(2017, 3, 31), false).await;
    assert_eq!(places[0].stored.organisation.lists[0].year.year(), 2017);
}
