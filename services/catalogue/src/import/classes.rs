//! Lists of classes: the Common Procurement Vocabulary as it is published, and any scheme as a plain table.

use muster_kit::intake::{Column, Finding, Findings, ImportKind, RawFile};

use super::{
    Read,
    items::{code, scheme},
    rows,
};
use crate::domain::class::{ClassList, Entry, Fault, Scheme};

/// The Common Procurement Vocabulary.
pub const CPV: ImportKind = ImportKind {
    name: "cpv",
    summary: "the Common Procurement Vocabulary of 2008, a class a row with the class above it",
    publisher: "European Union",
    header: true,
    columns: &[
        Column::required("CODE", "33141420-0", "code with its check digit"),
        Column::required("NAME_EN", "Surgical gloves", "what it is called").also(&["EN", "NAME"]),
        Column::optional("PARENT", "33141400-4", "the class above; empty at the top"),
        Column::optional("VERSION", "2", "version"),
        Column::optional("TYPE", "1", "1 supplies, 2 works, 3 services"),
    ],
};

/// Any scheme.
pub const CLASSES: ImportKind = ImportKind {
    name: "classes",
    summary: "classes of one scheme (nhs-eclass, unspsc, eclass, cpv, dmd), a class a row with the class above it",
    publisher: "muster",
    header: true,
    columns: &[
        Column::required("class_scheme", "unspsc", "cpv, unspsc, nhs-eclass, eclass or dmd"),
        Column::required("class_code", "42132203", "code"),
        Column::required("name", "Examination or non surgical procedure gloves", "what it is called"),
        Column::optional("parent", "42132200", "the class above; empty at the top"),
    ],
};

/// Reads the Common Procurement Vocabulary.
///
/// # Errors
/// The findings of a file that is refused whole.
pub fn read_cpv(file: &RawFile) -> Result<(ClassList, Read<Entry>), Findings> {
    let read = rows(file, &CPV, |table, row| {
        let cell = |name| row.cell(table.column(&CPV, name));
        let entry = Entry {
            code: code(Scheme::Cpv, &cell("CODE"))?,
            parent: cell("PARENT").optional(|cell| code(Scheme::Cpv, cell))?,
            name: cell("NAME_EN").required()?.to_owned(),
        };
        Ok((row.line, entry))
    })?;
    Ok(list(read, ("CODE", "PARENT")))
}

/// Reads the classes of one scheme.
///
/// # Errors
/// The findings of a file that is refused whole, as one that mixes schemes is.
pub fn read_classes(file: &RawFile) -> Result<(Scheme, ClassList, Read<Entry>), Findings> {
    let mut first: Option<Scheme> = None;
    let read = rows(file, &CLASSES, |table, row| {
        let cell = |name| row.cell(table.column(&CLASSES, name));
        let of = scheme(&cell("class_scheme"))?;
        let first = *first.get_or_insert(of);
        if of != first {
            let problem = format!("the file began with {}", first.word());
            return Err(cell("class_scheme").error("two-schemes", problem, "give a file for each scheme"));
        }
        let entry = Entry {
            code: code(of, &cell("class_code"))?,
            parent: cell("parent").optional(|cell| code(of, cell))?,
            name: cell("name").required()?.to_owned(),
        };
        Ok((row.line, entry))
    })?;
    let Some(scheme) = first else { return Err(read.findings) };
    let (list, read) = list(read, ("class_code", "parent"));
    Ok((scheme, list, read))
}

/// The tree of the rows; rows that do not fit in it are refused.
fn list(mut read: Read<(u64, Entry)>, columns: (&str, &str)) -> (ClassList, Read<Entry>) {
    let (list, faults) = ClassList::new(read.rows.iter().map(|(_, entry)| entry.clone()).collect());
    for (at, fault) in &faults {
        let (line, entry) = &read.rows[*at];
        let parent = entry.parent.clone().unwrap_or_default();
        let (column, value, problem, remedy) = match fault {
            Fault::Twice => (columns.0, &entry.code, "the class stands twice", "keep one of the rows"),
            Fault::NoParent => {
                (columns.1, &parent, "the class above is not in the list", "add it, or mend the code")
            }
            Fault::Circle => {
                (columns.1, &parent, "the class stands above itself", "mend the code of the class above")
            }
        };
        read.findings.push(Finding::error("not-in-the-tree", problem, remedy).at(*line, column, value));
    }
    let mut left_out = faults.iter().map(|(at, _)| *at).peekable();
    let good = read.rows.into_iter().enumerate().filter(|(at, _)| {
        let out = left_out.peek() == Some(at);
        if out {
            left_out.next();
        }
        !out
    });
    let rows = good.map(|(_, (_, entry))| entry).collect();
    (list, Read { rows, lines: read.lines, findings: read.findings })
}
