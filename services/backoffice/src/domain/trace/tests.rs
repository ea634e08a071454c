//! Walks from a figure to what it rests on.

use super::*;

fn figure(key: &str, made_of: &[&str], evidence: Vec<Evidence>) -> EditionFigure {
    EditionFigure {
        key: key.into(),
        context: "backoffice".into(),
        title: key.into(),
        value: 7,
        unit: "pence".into(),
        low: None,
        high: None,
        window: "2017/18".into(),
        base: String::new(),
        version: "1".into(),
        source: "s".into(),
        public: true,
        made_of: made_of.iter().map(|it| (*it).to_owned()).collect(),
        evidence,
    }
}

fn evidence(kind: &str, aggregate: &str, version: i64, line: i64) -> Evidence {
    Evidence {
        event_id: String::new(),
        causation_id: String::new(),
        kind: kind.into(),
        aggregate_id: aggregate.into(),
        version,
        occurred_at: 5,
        says: "x".into(),
        line,
    }
}

#[test]
fn a_sum_leads_back_to_lines_files_and_decisions() {
    let posted = "muster.agency.spend.posted.v1";
    let figures: BTreeMap<String, EditionFigure> = [
        figure("sum", &["a", "b"], vec![]),
        figure("a", &[], vec![evidence(posted, "RJ1 2017-10", 2, 0), evidence("claim", "c1", 3, 0)]),
        figure("b", &[], vec![evidence("ledger", "i1", 0, 12)]),
    ]
    .into_iter()
    .map(|it| (it.key.clone(), it))
    .collect();
    let mut known = Known::default();
    known.file(File { import_id: "i1".into(), name: "ledger.csv".into(), ..File::default() });
    known.file(File { import_id: "i2".into(), name: "shifts.csv".into(), ..File::default() });
    let line = Behind { title: "shift S-1".into(), says: "bank".into(), import_id: "i2".into(), line: 7 };
    known.event(Told {
        id: "e1".into(),
        name: (posted.into(), "RJ1 2017-10".into(), 2),
        lines: vec![line],
        ..Told::default()
    });
    let (steps, gaps) = trace(&figures, "sum", &known, &[]);
    let seen: Vec<_> =
        steps.iter().map(|it| (it.depth, it.nature, it.id.as_str(), it.file_name.as_str())).collect();
    assert_eq!(
        seen,
        [
            (0, Nature::Figure, "sum", ""),
            (1, Nature::Figure, "a", ""),
            (2, Nature::Event, "e1", ""),
            (3, Nature::Line, "i2", "shifts.csv"),
            (3, Nature::File, "i2", "shifts.csv"),
            (2, Nature::Decision, "c1", ""),
            (1, Nature::Figure, "b", ""),
            (2, Nature::Line, "i1", "ledger.csv"),
            (3, Nature::File, "i1", "ledger.csv"),
        ]
    );
    assert_eq!((steps[3].line, steps[7].line), (7, 12));
    assert!(gaps.is_empty(), "{gaps:?}");
}

#[test]
fn what_cannot_be_followed_is_said_and_circles_end() {
    let figures: BTreeMap<String, EditionFigure> = [
        figure("a", &["b", "gone"], vec![evidence("muster.agency.spend.posted.v1", "RJ1 2017-10", 2, 0)]),
        figure("b", &["a"], vec![evidence("ledger", "i9", 0, 1)]),
    ]
    .into_iter()
    .map(|it| (it.key.clone(), it))
    .collect();
    let (steps, gaps) = trace(&figures, "a", &Known::default(), &[]);
    assert_eq!(steps.len(), 5, "{steps:?}");
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert_eq!(behind(&figures, "a").len(), 2);
}
