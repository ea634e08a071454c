//! The file itself, read by another program where the machine has it: Debian's poppler-utils.

// helpers of tests are tests too
#![allow(clippy::unwrap_used)]

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use muster_board_update::{Edition, Figure, Format, Head, write};

/// The text of a PDF without spaces; none where no program is there to read it.
fn read(pdf: &[u8]) -> Option<String> {
    let mut reader = Command::new("pdftotext");
    reader.args(["-raw", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut reader = reader.spawn().ok()?;
    reader.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = reader.wait_with_output().unwrap();
    assert!(output.status.success(), "the file is not read");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.split_whitespace().collect())
}

#[test]
fn another_program_finds_every_figure_and_the_foot_of_each_page() {
    let figure = |at: i64| Figure {
        key: format!("savings/attested/R{at}漢"),
        title: format!("savings of R{at}"),
        value: Some(at * 10_101),
        unit: "pence".to_owned(),
        window: format!("month {at}"),
        public: true,
        ..Figure::default()
    };
    let head = Head { number: 3, sha256: "c0ffee".repeat(10), ..Head::default() };
    let edition = Edition { head, figures: (11..=70).map(figure).collect(), ..Edition::default() };
    let pdf = write(edition, Format::Pdf).unwrap().content;
    let Some(text) = read(&pdf) else {
        println!("no pdftotext: the file is not read");
        return;
    };
    for at in 11..=70 {
        let (pounds, pence) = (at * 101, at);
        let amount = format!("£{},{:03}.{pence:02}", pounds / 1_000, pounds % 1_000);
        assert!(text.contains(&amount), "{amount} in {text}");
        assert!(text.contains(&format!("month{at}")) && text.contains(&format!("R{at}漢")), "{text}");
    }
    let pages = text.matches("SHA-256oftheedition:c0ffee").count();
    assert!(pages > 2, "{pages} pages");
    for page in 1..=pages {
        assert!(text.contains(&format!("page{page}of{pages}")), "no page {page} of {pages}: {text}");
    }
    // 60 rows do not fit on a sheet: their headings stand above them again
    assert_eq!(text.matches("OrganisationAttestedSource").count(), 2, "{text}");
}
