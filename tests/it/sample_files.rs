//! The shipped sample as files, in the order in which they are imported.

use std::path::PathBuf;

use serde_json::Value;

use crate::system::System;

/// A file of the sample.
pub(crate) struct File {
    /// Service that reads it.
    pub(crate) service: &'static str,
    /// Kind of file.
    pub(crate) kind: String,
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Financial year, where the name does not say.
    pub(crate) year: Option<i32>,
}

/// Writes the sample into the system's folder.
pub(crate) fn write(system: &System, seed: u64) -> Vec<File> {
    let mut files: Vec<File> = muster_directory::sample::files(seed)
        .into_iter()
        .map(|file| File {
            service: "directory",
            kind: file.kind.to_owned(),
            path: system.file(&file.name, &file.text),
            year: file.year,
        })
        .collect();
    let practices: Vec<_> = muster_directory::sample::practices(seed)
        .into_iter()
        .map(|practice| muster_staffing::sample::SamplePractice {
            code: practice.code,
            name: practice.name,
            borough: practice.borough,
            lists: practice.lists,
        })
        .collect();
    let text = muster_staffing::sample::workforce_csv(seed, &practices);
    let path = system.file("sample-gp-workforce.csv", &text);
    files.push(File { service: "staffing", kind: "gp-workforce".into(), path, year: None });
    files
}

impl File {
    /// The arguments that import it.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["import".to_owned(), self.kind.clone(), self.path.display().to_string()];
        if let Some(year) = self.year {
            arguments.extend(["--year".to_owned(), year.to_string()]);
        }
        arguments
    }

    /// Imports it into the running system, which must answer with a report; gives what the report says of the file.
    pub(crate) fn import(&self, system: &System) -> Value {
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        system.json(self.service, &arguments)["files"][0].clone()
    }
}
