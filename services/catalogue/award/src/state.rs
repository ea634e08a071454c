//! What is decided at a node of the search, and everything that follows from it.

use crate::programme::Programme;

/// What is known of a column or a supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Free,
    In,
    Out,
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Take(usize),
    Drop(usize),
    Open(usize),
    Close(usize),
}

impl Decision {
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::Take(at) => Self::Drop(at),
            Self::Drop(at) => Self::Take(at),
            Self::Open(at) => Self::Close(at),
            Self::Close(at) => Self::Open(at),
        }
    }
}

/// No award is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dead;

#[derive(Clone, Debug)]
pub(crate) struct State<'a> {
    pub(crate) of: &'a Programme,
    pub(crate) column: Vec<Mark>,
    pub(crate) supplier: Vec<Mark>,
    pub(crate) covered: Vec<bool>,
    /// Free columns of a lot that is not covered.
    alive: Vec<usize>,
    pub(crate) opened: usize,
    /// Columns of the barred award that are in, and whether one of it is out.
    barred_in: usize,
    differs: bool,
    agenda: Vec<Decision>,
}

impl<'a> State<'a> {
    /// Nothing decided, and what follows from that.
    pub(crate) fn new(of: &'a Programme) -> Result<Self, Dead> {
        let mut state = Self {
            column: vec![Mark::Free; of.columns.len()],
            supplier: vec![Mark::Free; of.suppliers],
            covered: vec![false; of.lots],
            alive: of.by_lot.iter().map(Vec::len).collect(),
            opened: 0,
            barred_in: 0,
            differs: of.barred.is_none(),
            agenda: Vec::new(),
            of,
        };
        for lot in 0..of.lots {
            match of.by_lot[lot].as_slice() {
                [] => return Err(Dead),
                [only] => state.agenda.push(Decision::Take(*only)),
                _ => {}
            }
        }
        if of.most == 0 && of.lots > 0 || of.barred.as_ref().is_some_and(Vec::is_empty) {
            return Err(Dead);
        }
        state.settle()?;
        Ok(state)
    }

    /// Decides something and draws what follows from it. After `Dead` the state is good for nothing.
    pub(crate) fn decide(&mut self, decision: Decision) -> Result<(), Dead> {
        self.agenda.push(decision);
        self.settle()
    }

    fn settle(&mut self) -> Result<(), Dead> {
        while let Some(decision) = self.agenda.pop() {
            match decision {
                Decision::Take(at) => self.take(at)?,
                Decision::Drop(at) => self.drop_column(at)?,
                Decision::Open(at) => self.open(at)?,
                Decision::Close(at) => self.close(at)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, at: usize) -> Result<(), Dead> {
        match self.column[at] {
            Mark::In => return Ok(()),
            Mark::Out => return Err(Dead),
            Mark::Free => self.column[at] = Mark::In,
        }
        let of = self.of;
        let column = &of.columns[at];
        for lot in &column.lots {
            if std::mem::replace(&mut self.covered[*lot], true) {
                return Err(Dead);
            }
            let others =
                of.by_lot[*lot].iter().filter(|other| **other != at && self.column[**other] != Mark::Out);
            self.agenda.extend(others.map(|other| Decision::Drop(*other)));
        }
        self.agenda.push(Decision::Open(column.supplier));
        self.agenda.extend(column.requires.iter().map(|other| Decision::Take(*other)));
        if !self.differs {
            self.bar(at)?;
        }
        Ok(())
    }

    /// One more column of the barred award, perhaps: the last one left of it must not come.
    fn bar(&mut self, at: usize) -> Result<(), Dead> {
        let Some(barred) = &self.of.barred else { return Ok(()) };
        if barred.binary_search(&at).is_err() {
            return Ok(());
        }
        self.barred_in += 1;
        if self.barred_in == barred.len() {
            return Err(Dead);
        }
        if self.barred_in + 1 == barred.len() {
            let last = barred.iter().find(|other| self.column[**other] != Mark::In);
            self.agenda.extend(last.map(|other| Decision::Drop(*other)));
        }
        Ok(())
    }

    fn drop_column(&mut self, at: usize) -> Result<(), Dead> {
        match self.column[at] {
            Mark::Out => return Ok(()),
            Mark::In => return Err(Dead),
            Mark::Free => self.column[at] = Mark::Out,
        }
        let of = self.of;
        for lot in &of.columns[at].lots {
            self.alive[*lot] -= 1;
            if self.covered[*lot] {
                continue;
            }
            match self.alive[*lot] {
                0 => return Err(Dead),
                1 => {
                    let only = of.by_lot[*lot].iter().find(|other| self.column[**other] == Mark::Free);
                    self.agenda.extend(only.map(|other| Decision::Take(*other)));
                }
                _ => {}
            }
        }
        self.agenda.extend(of.needed_by[at].iter().map(|other| Decision::Drop(*other)));
        self.differs |= of.barred.as_ref().is_some_and(|barred| barred.binary_search(&at).is_ok());
        Ok(())
    }

    fn open(&mut self, at: usize) -> Result<(), Dead> {
        match self.supplier[at] {
            Mark::In => return Ok(()),
            Mark::Out => return Err(Dead),
            Mark::Free => self.supplier[at] = Mark::In,
        }
        self.opened += 1;
        if self.opened > self.of.most {
            return Err(Dead);
        }
        if self.opened == self.of.most {
            let others = (0..self.of.suppliers).filter(|other| self.supplier[*other] == Mark::Free);
            self.agenda.extend(others.map(Decision::Close));
        }
        Ok(())
    }

    fn close(&mut self, at: usize) -> Result<(), Dead> {
        match self.supplier[at] {
            Mark::Out => return Ok(()),
            Mark::In => return Err(Dead),
            Mark::Free => self.supplier[at] = Mark::Out,
        }
        self.agenda.extend(self.of.by_supplier[at].iter().map(|column| Decision::Drop(*column)));
        Ok(())
    }

    /// Columns that are in.
    pub(crate) fn taken(&self) -> Vec<usize> {
        (0..self.column.len()).filter(|at| self.column[*at] == Mark::In).collect()
    }

    /// Columns of which nothing is decided.
    pub(crate) fn free(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.column.len()).filter(|at| self.column[*at] == Mark::Free)
    }
}
