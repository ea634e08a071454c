//! Kinds of files and their columns: what `muster import --help` lists and `--template` prints.

/// A column of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name as the format has it.
    pub name: &'static str,
    /// Other names that publishers used for it.
    pub aliases: &'static [&'static str],
    /// A file without it is refused.
    pub required: bool,
    /// A value for the template's example row.
    pub example: &'static str,
    /// What it holds, with its unit.
    pub help: &'static str,
}

impl Column {
    /// A column that must be there.
    pub const fn required(name: &'static str, example: &'static str, help: &'static str) -> Self {
        Self { name, aliases: &[], required: true, example, help }
    }

    /// A column that may be missing.
    pub const fn optional(name: &'static str, example: &'static str, help: &'static str) -> Self {
        Self { name, aliases: &[], required: false, example, help }
    }

    /// The same column under further names.
    #[must_use]
    pub const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub struct ImportKind {
    /// Name on the command line and in the sheet of an XLSX: `groupings`.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub summary: &'static str,
    /// Who publishes it, or `muster` for our own.
    pub publisher: &'static str,
    /// Columns; the required ones first.
    pub columns: &'static [Column],
    /// False when the file has no header row and columns go by place.
    pub header: bool,
}

impl ImportKind {
    /// A template: the header and an example row, as CSV.
    pub fn template(&self) -> String {
        let line = |cells: Vec<&str>| {
            let quoted: Vec<String> = cells
                .into_iter()
                .map(|c| {
                    if c.contains([',', '"']) {
                        format!("\"{}\"", c.replace('"', "\"\""))
                    } else {
                        c.to_owned()
                    }
                })
                .collect();
            quoted.join(",")
        };
        let example = line(self.columns.iter().map(|c| c.example).collect());
        if !self.header {
            return format!("{example}\n");
        }
        let header = line(self.columns.iter().map(|c| c.name).collect());
        format!("{header}\n{example}\n")
    }
}
