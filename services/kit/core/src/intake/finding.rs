//! What was found in a file: where, what, and what to do.

use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The row, or the file, was refused.
    Error,
    /// The row was kept, but somebody should look.
    Warning,
    /// Worth knowing.
    Note,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Line in the file, 1 = first; 0 = the file as a whole.
    pub line: u64,
    /// Column as the file names it; empty = the whole line.
    pub column: String,
    /// Value found, cut at 80 characters.
    pub value: String,
    /// What is wrong, in one clause.
    pub problem: String,
    /// What to do, in one clause.
    pub remedy: String,
    /// Short stable name of the rule: `not-a-number`.
    pub rule: &'static str,
}

impl Finding {
    /// An error; say where with [`Finding::at`].
    pub fn error(rule: &'static str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            line: 0,
            column: String::new(),
            value: String::new(),
            problem: problem.into(),
            remedy: remedy.into(),
            rule,
        }
    }

    /// A file of another kind than it was taken for; say where with [`Finding::at`].
    pub fn another_kind(problem: impl Into<String>) -> Self {
        let remedy = "choose another kind: the page of imports and `muster import --help` list them with their columns";
        Self::error("another-kind-of-file", problem, remedy)
    }

    /// A warning; say where with [`Finding::at`].
    pub fn warning(rule: &'static str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, problem, remedy) }
    }

    /// A note; say where with [`Finding::at`].
    pub fn note(rule: &'static str, problem: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(rule, problem, "") }
    }

    /// Adds the place and the value.
    #[must_use]
    pub fn at(mut self, line: u64, column: &str, value: &str) -> Self {
        self.line = line;
        self.column = column.to_owned();
        self.value = value.chars().take(80).collect();
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, "column `{}`: ", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, "value `{}`: ", self.value)?;
        }
        f.write_str(&self.problem)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// All findings of a file. The first thousand of each severity are kept, all are counted.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    file: String,
    kept: Vec<Finding>,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// Findings of one severity that are kept.
const KEEP: usize = 1_000;

impl Findings {
    /// No findings yet.
    pub fn new(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// A single finding.
    pub fn of(file: &str, finding: Finding) -> Self {
        let mut findings = Self::new(file);
        findings.push(finding);
        findings
    }

    /// Name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        let count = match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        };
        *count += 1;
        if *count <= KEEP {
            self.kept.push(finding);
        }
    }

    /// The value, or a finding more.
    pub fn keep<T>(&mut self, read: Result<T, Finding>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(finding) => {
                self.push(finding);
                None
            }
        }
    }

    /// Adds all findings of another list.
    pub fn extend(&mut self, other: Self) {
        for finding in other.kept {
            self.push(finding);
        }
    }

    /// Was anything refused?
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Errors counted.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Findings counted, of any severity.
    pub fn total(&self) -> usize {
        self.errors + self.warnings + self.notes
    }

    /// Findings kept: errors first, then warnings, then notes, each by line.
    pub fn sorted(&self) -> Vec<&Finding> {
        let mut sorted: Vec<&Finding> = self.kept.iter().collect();
        sorted.sort_by_key(|f| (f.severity, f.line));
        sorted
    }

    /// Findings of a rule that were kept.
    pub fn by_rule<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.kept.iter().filter(move |f| f.rule == rule)
    }
}
