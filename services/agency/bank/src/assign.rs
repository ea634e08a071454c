//! The best matching of shifts, of which nobody can have two, to workers: shortest augmenting paths over a sparse table.

use std::{cmp::Reverse, collections::BinaryHeap};

/// What a worker would save in a shift; more than nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// Number of the worker in this table.
    pub(crate) column: u32,
    pub(crate) saves: i64,
}

/// Where the shortest path of a row ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// A column that nobody has.
    Free(usize),
    /// A row that is left unmatched instead.
    Left(usize),
}

#[derive(Debug)]
struct Table<'a> {
    rows: &'a [Vec<Edge>],
    of_row: Vec<Option<usize>>,
    of_column: Vec<Option<usize>>,
    row_price: Vec<i64>,
    column_price: Vec<i64>,
    distance: Vec<i64>,
    from: Vec<usize>,
    done: Vec<bool>,
    touched: Vec<usize>,
}

/// For each row its column, if any, so that the sum of what they save is the largest.
pub(crate) fn assign(rows: &[Vec<Edge>], columns: usize) -> Vec<Option<usize>> {
    let mut table = Table {
        rows,
        of_row: vec![None; rows.len()],
        of_column: vec![None; columns],
        row_price: vec![0; rows.len()],
        column_price: vec![0; columns],
        distance: vec![i64::MAX; columns],
        from: vec![usize::MAX; columns],
        done: vec![false; columns],
        touched: Vec::new(),
    };
    for row in 0..rows.len() {
        table.insert(row);
    }
    table.of_row
}

impl Table<'_> {
    /// Costs are what is saved, negated; a row may stay unmatched at no cost.
    fn insert(&mut self, row: usize) {
        let cheapest =
            self.rows[row].iter().map(|edge| -edge.saves - self.column_price[edge.column as usize]);
        self.row_price[row] = cheapest.min().unwrap_or(0).min(0);
        let (end, length) = self.search(row);
        for column in std::mem::take(&mut self.touched) {
            if self.done[column] && self.distance[column] < length {
                let gap = length - self.distance[column];
                self.column_price[column] -= gap;
                if let Some(matched) = self.of_column[column] {
                    self.row_price[matched] += gap;
                }
            }
            self.distance[column] = i64::MAX;
            self.done[column] = false;
        }
        self.row_price[row] += length;
        self.augment(row, end);
    }

    fn search(&mut self, row: usize) -> (End, i64) {
        let mut heap = BinaryHeap::new();
        let (mut at, mut base) = (row, 0);
        let mut left = (i64::MAX, row);
        loop {
            left = left.min((base - self.row_price[at], at));
            for edge in &self.rows[at] {
                let column = edge.column as usize;
                let reduced = -edge.saves - self.row_price[at] - self.column_price[column];
                let there = base + reduced;
                if !self.done[column] && there < self.distance[column] && there < left.0 {
                    if self.distance[column] == i64::MAX {
                        self.touched.push(column);
                    }
                    self.distance[column] = there;
                    self.from[column] = at;
                    heap.push(Reverse((there, column)));
                }
            }
            let next = loop {
                match heap.pop() {
                    Some(Reverse((there, column))) if there < left.0 => {
                        if !self.done[column] && there == self.distance[column] {
                            break column;
                        }
                    }
                    _ => return (End::Left(left.1), left.0),
                }
            };
            base = self.distance[next];
            let Some(matched) = self.of_column[next] else { return (End::Free(next), base) };
            self.done[next] = true;
            at = matched;
        }
    }

    fn augment(&mut self, row: usize, end: End) {
        let mut column = match end {
            End::Free(column) => Some(column),
            End::Left(last) => self.of_row[last].take(),
        };
        while let Some(free) = column {
            let taker = self.from[free];
            self.of_column[free] = Some(taker);
            column = self.of_row[taker].replace(free);
            if taker == row {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn brute(rows: &[Vec<Edge>], used: u32) -> i64 {
        let Some((first, rest)) = rows.split_first() else { return 0 };
        let with = first
            .iter()
            .filter(|edge| used & (1 << edge.column) == 0)
            .map(|edge| edge.saves + brute(rest, used | (1 << edge.column)));
        with.fold(brute(rest, used), i64::max)
    }

    proptest! {
        #[test]
        fn no_matching_saves_more(table in prop::collection::vec(prop::collection::vec(0_i64..30, 6), 0..7)) {
            let rows: Vec<Vec<Edge>> = table
                .iter()
                .map(|row| {
                    (0_u32..).zip(row).filter(|(_, saves)| **saves > 10)
                        .map(|(column, saves)| Edge { column, saves: *saves - 10 }).collect()
                })
                .collect();
            let found = assign(&rows, 6);
            let mut used = 0_u32;
            let mut sum = 0;
            for (row, column) in found.iter().enumerate() {
                let Some(column) = column else { continue };
                prop_assert_eq!(used & (1 << column), 0);
                used |= 1 << column;
                sum += rows[row].iter().find(|edge| edge.column as usize == *column).unwrap().saves;
            }
            prop_assert_eq!(sum, brute(&rows, 0));
        }
    }
}
