//! A batch of rows into a table as fast as the database takes them: COPY on PostgreSQL, one prepared statement on SQLite.

use std::ops::Range;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, RuntimeErr, Statement, Value,
    sqlx::{Connection as _, Executor as _, PgConnection},
};

use crate::{Db, Error, Result};

/// Bytes of a message to PostgreSQL.
const PIECE: usize = 256 << 10;
/// Rows of one statement to SQLite.
const ROWS: usize = 128;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Whole numbers.
    Numbers,
    /// Text.
    Text,
}

/// A table that batches go into, with its columns in the order in which [`Rows`] have them.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Holds)],
}

/// Rows on their way into a table, one after the other in the text form of PostgreSQL's COPY: a row of thirty columns takes
/// some 200 bytes. Put the cells of a row in one after the other, then end it.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Rows {
    /// Adds a number.
    pub fn number(&mut self, value: i64) {
        self.text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        self.text.push(b'\t');
    }

    /// Adds a number, or that there is none.
    pub fn optional(&mut self, value: Option<i64>) {
        match value {
            Some(value) => self.number(value),
            None => self.text.extend_from_slice(b"\\N\t"),
        }
    }

    /// Adds text.
    pub fn text(&mut self, value: &str) {
        if !value.bytes().any(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r' | 0)) {
            self.text.extend_from_slice(value.as_bytes());
            self.text.push(b'\t');
            return;
        }
        for byte in value.bytes() {
            match byte {
                b'\\' => self.text.extend_from_slice(b"\\\\"),
                b'\t' => self.text.extend_from_slice(b"\\t"),
                b'\n' => self.text.extend_from_slice(b"\\n"),
                b'\r' => self.text.extend_from_slice(b"\\r"),
                // no database's text holds it
                0 => {}
                _ => self.text.push(byte),
            }
        }
        self.text.push(b'\t');
    }

    /// Ends a row.
    pub fn end(&mut self) {
        if let Some(last) = self.text.last_mut() {
            *last = b'\n';
        }
        self.ends.push(self.text.len());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The same rows in another order, `order` naming their places; each gets in front a number that counts up from `first`, and
    /// the cells that `same` has.
    #[must_use]
    pub fn numbered(&self, order: &[usize], first: i64, same: &Self) -> Self {
        let mut all = Self::default();
        all.text.reserve(self.text.len() + order.len() * (21 + same.text.len()));
        for (number, row) in (first..).zip(order) {
            all.number(number);
            all.text.extend_from_slice(&same.text);
            all.text.extend_from_slice(self.row(*row));
            all.ends.push(all.text.len());
        }
        all
    }

    fn row(&self, place: usize) -> &[u8] {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[place]]
    }
}

/// Stores a batch in a transaction of its own, whole or not at all. It is for rows that nobody reads yet: the commit does not
/// wait for the disk, but a later one that does has this one on the disk too.
///
/// # Errors
/// Already exists when a row with such a key is there; internal or unavailable when the database cannot.
pub async fn load(db: &Db, table: &Table, rows: Rows) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    if db.backend() == DbBackend::Postgres {
        return copy(db, table, &rows).await.map_err(|error| match error.as_database_error() {
            Some(found) if found.is_unique_violation() => taken(table),
            _ => sea_orm::DbErr::Exec(RuntimeErr::SqlxError(error.into())).into(),
        });
    }
    let tx = db.begin_raw().await?;
    for from in (0..rows.len()).step_by(ROWS) {
        insert(&tx, table, &rows, from..(from + ROWS).min(rows.len())).await?;
    }
    Ok(tx.commit().await?)
}

fn taken(table: &Table) -> Error {
    Error::already_exists(format!("somebody else is storing the same rows of `{}`", table.name))
}

async fn copy(db: &Db, table: &Table, rows: &Rows) -> sea_orm::sqlx::Result<()> {
    let mut conn = db.read().get_postgres_connection_pool().acquire().await?;
    let mut tx = conn.begin().await?;
    let conn: &mut PgConnection = &mut tx;
    conn.execute("SET LOCAL synchronous_commit = off").await?;
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let statement = format!("COPY {} ({}) FROM STDIN", table.name, names.join(", "));
    let mut copy = conn.copy_in_raw(&statement).await?;
    for piece in rows.text.chunks(PIECE) {
        copy.send(piece).await?;
    }
    copy.finish().await?;
    tx.commit().await
}

async fn insert(tx: &DatabaseTransaction, table: &Table, rows: &Rows, part: Range<usize>) -> Result<()> {
    let statement = insert_statement(table, part.len());
    let mut values = Vec::with_capacity(part.len() * table.columns.len());
    for row in part {
        let row = rows.row(row);
        let cells = row[..row.len() - 1].split(|byte| *byte == b'\t');
        values.extend(cells.zip(table.columns).map(|(cell, (_, holds))| value(cell, *holds)));
    }
    match tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), statement, values)).await {
        Err(error) if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) => {
            Err(taken(table))
        }
        other => Ok(other.map(drop)?),
    }
}

fn insert_statement(table: &Table, rows: usize) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let row = format!("({})", vec!["?"; names.len()].join(","));
    format!("INSERT INTO {} ({}) VALUES {}", table.name, names.join(","), vec![row; rows].join(","))
}

fn value(cell: &[u8], holds: Holds) -> Value {
    let text = std::str::from_utf8(cell).unwrap_or_default();
    match holds {
        Holds::Numbers => Value::BigInt(text.parse().ok()),
        Holds::Text if text.contains('\\') => Value::from(unescaped(text)),
        Holds::Text => Value::from(text),
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(found) = rest.next() {
        plain.push(match found {
            '\\' => match rest.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or('\\'),
            },
            plain => plain,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(number in any::<i64>(), text in "[a-z\\\\\t\r\n|é]{0,12}", other in any::<Option<i64>>()) {
            let mut rows = Rows::default();
            for _ in 0..2 {
                rows.number(number);
                rows.text(&text);
                rows.optional(other);
                rows.end();
            }
            let mut same = Rows::default();
            same.text("QKK");
            let numbered = rows.numbered(&[1, 0], 7, &same);
            let row = numbered.row(1);
            let cells: Vec<&[u8]> = row[..row.len() - 1].split(|byte| *byte == b'\t').collect();
            let holds = [Holds::Numbers, Holds::Text, Holds::Numbers, Holds::Text, Holds::Numbers];
            let read: Vec<Value> = cells.iter().zip(holds).map(|(cell, holds)| value(cell, holds)).collect();
            prop_assert_eq!(read, vec![8_i64.into(), "QKK".into(), number.into(), text.into(), Value::BigInt(other)]);
            prop_assert_eq!(numbered.len(), 2);
        }
    }
}
