//! Imports, baselines, history, snapshots and posts through the contract's calls, on both databases.

use muster_kit::outbox;
use muster_proto::{common::v1::PageRequest, staffing::v1 as pb};
use muster_testkit::{TestDb, on_both_databases};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{
    node::{Node, SERIES},
    shared::published,
};

on_both_databases!(muster_staffing::Migrator; a_file_is_taken_once_and_a_damaged_one_changes_nothing, history_follows_the_map,
    baselines_are_paged_and_as_of_a_date, snapshots_are_late_duplicate_and_incomplete, posts_keep_their_total,
    another_organisation_sees_nothing, the_real_series_gives_the_table);

async fn kinds_in_outbox(db: &TestDb) -> Vec<String> {
    let rows = outbox::Entity::find().order_by_asc(outbox::Column::Seq).all(db.read()).await.unwrap();
    rows.into_iter().map(|row| row.kind).collect()
}

async fn baselines(node: &Node, wanted: pb::ListBaselinesRequest) -> Vec<pb::Baseline> {
    let mut all = Vec::new();
    let mut token = String::new();
    loop {
        let request =
            pb::ListBaselinesRequest { page: Some(PageRequest { size: 4, token }), ..wanted.clone() };
        let answer = node.client().list_baselines(node.ask(request)).await.unwrap().into_inner();
        all.extend(answer.baselines);
        token = answer.page.unwrap().next_token;
        if token.is_empty() {
            return all;
        }
    }
}

async fn a_file_is_taken_once_and_a_damaged_one_changes_nothing(db: TestDb) {
    let node = Node::new(&db);
    let first = node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    assert!(!first.refused && !first.already_imported);
    assert_eq!((first.rows_read, first.rows_kept), (11, 11));
    assert_eq!(kinds_in_outbox(&db).await, ["muster.staffing.baseline.recorded.v1"; 2]);
    let before = baselines(&node, pb::ListBaselinesRequest::default()).await;
    assert_eq!(before.len(), 55);
    let again = node.import("gp-workforce", "other-name.csv", SERIES.as_bytes()).await;
    assert!(again.already_imported && again.import_id == first.import_id);
    let damaged = SERIES.replace("G99003,,2016,9000,5.5", "G99003,,2016,9000,-5.5");
    let cut = &SERIES[..SERIES.len() - 9];
    for text in [damaged.as_str(), cut, "", "a,b\n1,2\n"] {
        let refused = node.import("gp-workforce", "damaged.csv", text.as_bytes()).await;
        assert!(refused.refused && refused.import_id.is_empty());
        let finding = &refused.findings[0];
        assert_eq!(finding.file, "damaged.csv");
        assert!(!finding.problem.is_empty() && !finding.remedy.is_empty(), "{finding:?}");
    }
    assert_eq!(baselines(&node, pb::ListBaselinesRequest::default()).await, before);
    assert_eq!(kinds_in_outbox(&db).await.len(), 2);
    let request = node.ask(pb::ListImportsRequest::default());
    let imports = node.client().list_imports(request).await.unwrap().into_inner().imports;
    assert_eq!(imports.len(), 1);
}

async fn history_follows_the_map(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let history = node.history("SEL").await.unwrap();
    // G99009 is unknown to the directory and placed by the file's borough; nobody places G98000
    assert_eq!(history.unplaced, ["G98000"]);
    let first = &history.rows[0];
    assert_eq!((first.year, first.practices, first.list_milli), (2016, 5, 32_000_000));
    let gp = first.gp.unwrap();
    // G99002 of Bexley: 6,000 patients at (4.0 + 2.0) per 12,000
    assert_eq!((gp.fte_milli, gp.fte_filled_milli, gp.missing_returns), (13_500, 16_500, 1));
    let last = history.rows[1].gp.unwrap();
    assert_eq!((last.fte_without_patients_milli, last.fte_filled_milli), (1_500, 13_300));
    assert_eq!(history.effects.len(), 3);
    assert_eq!(history.sources[0].source, "series.csv");
    let bexley = node.history("bexley").await.unwrap();
    assert_eq!(bexley.rows[0].practices, 3);
    let england = node.history("ENGLAND").await.unwrap();
    assert_eq!(england.rows[1].practices, 6);
    assert_eq!(node.history("Atlantis").await.unwrap_err().code(), tonic::Code::NotFound);
}

async fn baselines_are_paged_and_as_of_a_date(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let gp =
        pb::ListBaselinesRequest { role: pb::Role::Gp.into(), place: "g99001".into(), ..Default::default() };
    let rows = baselines(&node, gp.clone()).await;
    let dates: Vec<&str> = rows.iter().map(|row| row.date.as_str()).collect();
    assert_eq!(dates, ["2015-09-30", "2016-09-30"]);
    let as_of = |date: &str| pb::ListBaselinesRequest { as_of: date.into(), ..gp.clone() };
    let on = baselines(&node, as_of("2016-09-29")).await;
    assert_eq!((on.len(), on[0].fte_milli), (1, Some(4_000)));
    assert_eq!(baselines(&node, as_of("2015-01-01")).await.len(), 0);
    assert_eq!(on[0].provenance.as_ref().unwrap().source, "series.csv");
    let missing = pb::ListBaselinesRequest { place: "G99002".into(), year: 2016, ..gp.clone() };
    assert_eq!(baselines(&node, missing).await[0].fte_milli, None, "a missing return has no figure");
}

async fn snapshots_are_late_duplicate_and_incomplete(db: TestDb) {
    let node = Node::new(&db);
    let file = |fte: &str, month: &str| {
        format!(
            "organisation,month_end,role,fte,heads\nG99001,{month},nurse,{fte},2\nG99003,{month},gp,5,6\n"
        )
    };
    for text in [file("2", "2017-03-31"), file("1.5", "2018-03-31"), file("1.8", "2018-03-31")] {
        assert!(!node.import("workforce-snapshot", "march.csv", text.as_bytes()).await.refused);
    }
    let request = pb::ListSnapshotsRequest { organisation: "FED1".into(), ..Default::default() };
    let snapshots = node.client().list_snapshots(node.ask(request)).await.unwrap().into_inner().snapshots;
    let seen: Vec<(&str, bool, i64)> =
        snapshots.iter().map(|row| (row.month_end.as_str(), row.duplicate, row.fte_milli)).collect();
    assert_eq!(
        seen,
        [("2018-03-31", true, 6_800), ("2018-03-31", false, 6_500), ("2017-03-31", false, 7_000)]
    );
    assert!(snapshots[0].late, "it came years after the third working day of April 2018");
    assert_eq!(snapshots[0].missing_practices, ["G99002", "G99004"]);
    assert_eq!(snapshots[0].fte_year_before_milli, Some(7_000));
    // monthly counts are no financial year
    assert_eq!(node.history("SEL").await.unwrap().rows.len(), 0);
}

async fn posts_keep_their_total(db: TestDb) {
    let node = Node::new(&db);
    let header = "post_ref,person_ref,role,employer,works_at,share,hours_week,hours_standard,valid_from\n";
    let joint = format!(
        "{header}P1,X1,nurse,G99001,G99001,0.5,37.5,37.5,2017-04-01\nP1,X1,nurse,G99001,G99002,0.5,37.5,37.5,2017-04-01\n\
         P2,X2,gp,G99003,G99003,1,30,37.5,2017-04-01\n"
    );
    node.import("posts", "posts.csv", joint.as_bytes()).await;
    let list = async |as_of: &str| {
        let request = pb::ListPostsRequest { as_of: as_of.into(), ..Default::default() };
        node.client().list_posts(node.ask(request)).await.unwrap().into_inner()
    };
    let posts = list("2018-01-01").await;
    assert_eq!((posts.posts.len(), posts.heads, posts.fte_milli), (3, 2, 1_800));
    assert!(posts.posts[0].joint && !posts.posts[2].joint);
    assert_eq!(list("2017-03-31").await.heads, 0);
    // the same post split otherwise: nothing but its places changes
    let other = joint.replace("G99001,0.5", "G99001,0.9").replace("G99002,0.5", "G99002,0.1");
    node.import("posts", "posts-2.csv", other.as_bytes()).await;
    let after = list("2018-01-01").await;
    assert_eq!((after.heads, after.fte_milli), (posts.heads, posts.fte_milli));
    assert_eq!(after.posts.iter().map(|post| post.fte_milli).collect::<Vec<_>>(), [900, 100, 800]);
}

async fn another_organisation_sees_nothing(db: TestDb) {
    let node = Node::new(&db);
    node.import("gp-workforce", "series.csv", SERIES.as_bytes()).await;
    let stranger = node.stranger();
    assert_eq!(baselines(&stranger, pb::ListBaselinesRequest::default()).await.len(), 0);
    assert_eq!(stranger.history("SEL").await.unwrap().rows.len(), 0);
    // what one has imported, another can still import
    assert!(!stranger.import("gp-workforce", "series.csv", SERIES.as_bytes()).await.already_imported);
}

async fn the_real_series_gives_the_table(db: TestDb) {
    let Some(file) = published("gp_workforce/sel_gp_workforce_practice_fy.csv") else { return };
    let node = Node::new(&db);
    let outcome = node.import("gp-workforce", &file.name, &file.bytes).await;
    assert_eq!((outcome.rows_kept, outcome.refused), (1_366, false));
    // the test's directory knows none of these practices: the file's own boroughs place every one
    let history = node.history("SEL").await.unwrap();
    assert!(history.unplaced.is_empty());
    let last = history.rows.last().unwrap();
    let (gp, nurse) = (last.gp.unwrap(), last.nurse.unwrap());
    assert_eq!((last.year, last.practices, gp.fte_milli, nurse.fte_milli), (2021, 204, 829_400, 351_200));
    assert_eq!((gp.gap_milli + 500) / 1000, 121);
    assert_eq!((nurse.gap_milli + 500) / 1000, 50);
}
