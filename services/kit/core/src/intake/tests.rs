//! Damage that real files come with, each with the finding that the reader of the message needs.

use std::io::Write;

use super::*;

const KIND: ImportKind = ImportKind {
    name: "groupings",
    summary: "test",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("practice", "G85034", "ODS code"),
        Column::required("fte", "8.3", "FTE").also(&["Total FTE"]),
        Column::optional("valid_to", "2016-03-31", "last day"),
    ],
};

fn file(bytes: &[u8]) -> RawFile {
    RawFile::new("a.csv", bytes.to_vec())
}

fn refusal(bytes: &[u8]) -> Finding {
    match file(bytes).table(&KIND) {
        Err(findings) => findings.sorted()[0].clone(),
        Ok(table) => table.findings.sorted().first().map(|f| (*f).clone()).expect("a finding"),
    }
}

#[test]
fn crlf_bom_and_cp1252_are_simply_read() {
    for bytes in [
        &b"practice,fte\r\nG85034,8.3\r\n"[..],
        b"\xef\xbb\xbfpractice,fte\nG85034,8.3",
        b"PRACTICE,Total.FTE\nG85034,\"8.3 \"\n",
        b"fte,practice,name\n8.3,G85034,Sant\xe9\n",
    ] {
        let table = file(bytes).table(&KIND).unwrap();
        let row = table.rows().next().unwrap();
        assert_eq!(row.line, 2);
        assert_eq!(row.cell(table.column(&KIND, "practice")).code().unwrap(), "G85034");
        assert_eq!(row.cell(table.column(&KIND, "fte")).milli().unwrap(), 8_300);
        assert!(!table.findings.has_errors());
    }
    let table = file(b"fte,practice,name\n8.3,G85034,Sant\xe9\n").table(&KIND).unwrap();
    assert_eq!(table.rows().next().unwrap().cell(table.find("name")).text, "Santé");
}

#[test]
fn damage_is_named_with_its_line_and_a_remedy() {
    let utf16: Vec<u8> = "\u{feff}practice,fte\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&[u8], &str, u64); 14] = [
        (b"", "empty-file", 0),
        (b" \n\n", "empty-file", 0),
        (b"practice,fte\n", "empty-file", 1),
        (b"practice,valid_to\nG85034,\n", "missing-column", 1),
        (b"a,b\n1,2\n", "another-kind-of-file", 1),
        (b"practice;fte\nG85034;8\n", "another-kind-of-file", 1),
        (b"<!DOCTYPE html><html>", "another-kind-of-file", 0),
        (b"%PDF-1.4 x", "another-kind-of-file", 0),
        (b"practice,fte\nG85034,8.3\nG85035", "cut-line", 3),
        (b"practice,fte\nG85034,8.3,9\n", "cut-line", 2),
        (b"practice,fte\nG85\x00034,8\n", "not-text", 2),
        (b"practice,fte\nSant\xc3\xa9,1\nSant\xe9,1\n", "wrong-encoding", 3),
        (b"\xef\xbb\xbfpractice,fte\nSant\xe9,1\n", "wrong-encoding", 2),
        (&utf16, "another-kind-of-file", 0),
    ];
    for (bytes, rule, line) in cases {
        let found = refusal(bytes);
        assert_eq!((found.rule, found.line), (rule, line), "{found}");
        assert!(!found.remedy.is_empty(), "{found}");
    }
}

#[test]
fn a_gzip_is_read_and_a_cut_one_refused() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(b"practice,fte\nG85034,8.3\n").unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(file(&packed).table(&KIND).unwrap().rows().count(), 1);
    assert_eq!(refusal(&packed[..packed.len() - 9]).rule, "damaged-gzip");
}

#[test]
fn a_cell_says_what_is_wrong_with_it() {
    let table = file(b"practice,fte\nG85034,x\nG85034,-1\nG.1,\n").table(&KIND).unwrap();
    let fte = table.column(&KIND, "fte");
    let found: Vec<Finding> = table.rows().filter_map(|row| row.cell(fte).milli().err()).collect();
    let rules: Vec<_> = found.iter().map(|f| (f.rule, f.line, f.column.as_str(), f.value.as_str())).collect();
    assert_eq!(
        rules,
        [("not-a-number", 2, "fte", "x"), ("negative", 3, "fte", "-1"), ("missing-value", 4, "fte", "")]
    );
    let mut keys = Keys::default();
    let mut doubles = table.rows().filter_map(|row| {
        let code = row.cell(table.column(&KIND, "practice")).text.to_owned();
        keys.first(&row, "practice", code).err()
    });
    let double = doubles.next().unwrap();
    assert_eq!((double.rule, double.line), ("duplicate-key", 3));
    assert!(double.remedy.contains("line 2"));
}
