//! Reads a formula.

use std::collections::BTreeMap;

use muster_document::one_of;

use crate::expr::{Expr, FUNCTIONS, Op, Reach, Ref};

/// Deepest nesting of a formula; deeper ones could exhaust the stack.
const DEPTH: usize = 64;

/// Longest formula, in bytes: left-leaning chains nest as deep as they are long.
const LENGTH: usize = 2000;

/// What is wrong with a formula, and what helps.
pub(crate) type Wrong = (String, String);

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    names: &'a BTreeMap<String, Ref>,
    reach: Reach,
}

/// Reads a formula that may use the names within a reach.
pub(crate) fn parse(text: &str, names: &BTreeMap<String, Ref>, reach: Reach) -> Result<Expr, Wrong> {
    if text.len() > LENGTH {
        return Err((format!("is longer than {LENGTH} characters"), "give parts of it a name".into()));
    }
    let mut parser = Parser { text, at: 0, depth: 0, names, reach };
    let expr = parser.sum()?;
    if parser.peek().is_some() {
        return Err(parser.wrong("an operator is expected"));
    }
    Ok(expr)
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&mut self) -> Option<char> {
        let blank = self.rest().len() - self.rest().trim_start().len();
        self.at += blank;
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.at += wanted.len_utf8();
        }
        there
    }

    fn wrong(&self, what: &str) -> Wrong {
        let place =
            if self.rest().is_empty() { "at its end".into() } else { format!("at {:?}", self.rest()) };
        (
            format!("cannot be read: {what} {place}"),
            "use numbers, names, + - * / ^, brackets, and min, max, abs, round, at, first, last".into(),
        )
    }

    fn sum(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Some('+') => Op::Add,
                Some('-') => Op::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = Expr::binary(op, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.signed()?;
        loop {
            let op = match self.peek() {
                Some('*') => Op::Multiply,
                Some('/') => Op::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            left = Expr::binary(op, left, self.signed()?);
        }
    }

    /// A sign binds looser than a power: -2^2 is -4.
    fn signed(&mut self) -> Result<Expr, Wrong> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong("it is nested too deep"));
        }
        let expr = if self.take('-') {
            Expr::Negative(Box::new(self.signed()?))
        } else {
            let base = self.atom()?;
            if self.take('^') { Expr::binary(Op::Power, base, self.signed()?) } else { base }
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn atom(&mut self) -> Result<Expr, Wrong> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                if self.take(')') { Ok(inner) } else { Err(self.wrong("`)` is expected")) }
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_ascii_alphabetic() => self.name(),
            _ => Err(self.wrong("a number or name is expected")),
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let length = self.rest().find(|c| !belongs(c)).unwrap_or(self.rest().len());
        let word = self.rest()[..length].to_owned();
        self.at += length;
        word
    }

    fn number(&mut self) -> Result<Expr, Wrong> {
        let word = self.word(|c| c.is_ascii_digit() || c == '.');
        match word.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Expr::Number(value)),
            _ => Err((format!("has a number that cannot be read: {word}"), "write it like 0.45".into())),
        }
    }

    fn name(&mut self) -> Result<Expr, Wrong> {
        let word = self.word(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        if self.take('(') {
            return self.call(&word);
        }
        let usable = self.names.iter().filter(|(_, name)| name.reach() <= self.reach);
        match self.names.get(&word) {
            Some(name) if name.reach() <= self.reach => Ok(Expr::Name(*name)),
            Some(_) => Err((
                format!("`{word}` cannot be used here, since it is computed later"),
                one_of(&word, usable.map(|(name, _)| name.as_str())),
            )),
            None => Err((
                format!("`{word}` is no name of this document"),
                one_of(&word, usable.map(|(name, _)| name.as_str())),
            )),
        }
    }

    fn call(&mut self, word: &str) -> Result<Expr, Wrong> {
        let Some((_, function, count)) = FUNCTIONS.iter().find(|(name, ..)| *name == word) else {
            return Err((
                format!("`{word}` is no function"),
                one_of(word, FUNCTIONS.iter().map(|(name, ..)| *name)),
            ));
        };
        let mut arguments = vec![self.sum()?];
        while self.take(',') {
            arguments.push(self.sum()?);
        }
        if !self.take(')') {
            return Err(self.wrong("`)` is expected"));
        }
        if arguments.len() != *count {
            return Err((format!("`{word}` has {} arguments", arguments.len()), format!("give it {count}")));
        }
        Ok(Expr::Call(*function, arguments))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::Scope;

    struct Fixed;

    impl Scope for Fixed {
        fn value(&self, name: Ref, year: i32) -> f64 {
            if name == Ref::Year { f64::from(year) } else { 3.0 }
        }

        fn window(&self) -> (i32, i32) {
            (2010, 2020)
        }
    }

    fn names() -> BTreeMap<String, Ref> {
        [("x", Ref::Parameter(0)), ("year", Ref::Year), ("gps.fte", Ref::Fte(0, None))]
            .into_iter()
            .map(|(name, it)| (name.to_owned(), it))
            .collect()
    }

    #[test]
    fn formulas_follow_the_usual_order() {
        for (text, value) in [
            ("1 + 2 * x ^ 2 - 4 / 2", 17.0),
            ("-2 ^ 2", -4.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("(1 + 2) * 3 - -1", 10.0),
            ("last(year) - first(year) + at(year * 2, 2012)", 4034.0),
            ("min(x, 2) + max(1, x) + abs(0 - 5) + round(2.4)", 12.0),
        ] {
            assert_eq!(parse(text, &names(), Reach::Inputs).unwrap().value(&Fixed, 2015), value, "{text}");
        }
    }

    #[test]
    fn a_wrong_formula_says_what_helps() {
        for (text, what, remedy) in [
            ("gps.ftee", "`gps.ftee` is no name", "x, year"),
            ("gps.fte", "computed later", "x, year"),
            ("1 +", "at its end", "brackets"),
            ("min(1)", "has 1 arguments", "2"),
            ("mim(1, 2)", "is no function", "min"),
            ("1 2", "operator is expected at \"2\"", "names"),
            ("1.2.3", "1.2.3", "0.45"),
        ] {
            let wrong = parse(text, &names(), Reach::Inputs).unwrap_err();
            assert!(wrong.0.contains(what) && wrong.1.contains(remedy), "{text}: {wrong:?}");
        }
        assert!(parse(&"(".repeat(1000), &names(), Reach::Inputs).is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "[-+*/^()., 0-9a-zé_]{0,40}") {
            let _ = parse(&text, &names(), Reach::Results);
        }
    }
}
