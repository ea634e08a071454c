//! Forms as they were filled in: text by name, so that whatever was typed comes back to be mended.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{FromRequest, Multipart, Request},
};
use http::header::CONTENT_TYPE;
use muster_kit::{Error, Result};
use muster_proto::staffing::v1 as staffing;

use crate::{
    calls::Caller,
    model::{Role, SYSTEM},
    pages::{
        choices::Problem,
        forecasts::{self, Filled},
    },
};

/// What stands in the fields of a form.
#[derive(Clone, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The fields of a form, of a form with a file, or of an address.
    ///
    /// # Errors
    /// Bad request when it is none.
    pub(crate) async fn read(request: Request) -> Result<Self> {
        let bad = |error: String| Error::bad_request(format!("the form cannot be read: {error}"));
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/") {
            let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
                .await
                .map_err(|error| bad(error.to_string()))?;
            return Ok(Self(pairs.into_iter().collect()));
        }
        let mut parts =
            Multipart::from_request(request, &()).await.map_err(|error| bad(error.to_string()))?;
        let mut fields = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| bad(error.to_string()))? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| bad(error.to_string()))?;
            fields.0.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
        // a file that was chosen goes before what stands in the field for text
        if let Some(file) = fields.0.remove("file").filter(|file| !file.trim().is_empty()) {
            fields.0.insert("document".into(), file);
        }
        Ok(fields)
    }

    /// A field; empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Fills what is empty.
    pub(crate) fn fill(&mut self, name: &str, value: impl Into<String>) {
        if self.get(name).is_empty() {
            self.set(name, value);
        }
    }

    /// Area, years, draws and seed where they are empty: those of the run of the first page.
    pub(crate) async fn defaults(&mut self, caller: &Caller<'_>) -> Result<()> {
        let spec = caller.current_run().await?.and_then(|run| run.spec).unwrap_or_default();
        let or = |year: i32, other: i32| if year == 0 { other } else { year }.to_string();
        self.fill("area", if spec.area.is_empty() { SYSTEM.to_owned() } else { spec.area });
        self.fill("base_year", or(spec.base_year, 2016));
        self.fill("to_year", or(spec.to_year, 2021));
        // levers begin in the year after the base unless they say otherwise
        let first = self
            .get("base_year")
            .parse::<i32>()
            .map_or_else(|_| String::new(), |year| (year + 1).to_string());
        self.set("first_year", first);
        self.fill("draws", "1024");
        self.fill("seed", "1");
        Ok(())
    }

    /// What is asked of the engine, of every role that scenarios know.
    pub(crate) fn spec(&self, scenario: &str) -> Result<staffing::ForecastSpec, Vec<Problem>> {
        use staffing::Role::{Administration, DirectPatientCare, Gp, Nurse};
        let field = |name: &str| self.get(name).to_owned();
        let filled = Filled {
            scenario: scenario.to_owned(),
            area: field("area"),
            base_year: field("base_year"),
            to_year: field("to_year"),
            draws: field("draws"),
            seed: field("seed"),
            missing_returns: field("missing_returns"),
            list: field("list"),
            deprivation: field("deprivation"),
            patients: field("patients"),
            prices: field("prices"),
        };
        let roles = [Gp, Nurse, DirectPatientCare, Administration].map(|role| role as i32).into();
        Ok(staffing::ForecastSpec { roles, ..forecasts::read(&filled)? })
    }

    /// The same question about a run as a command, without what the command takes by itself.
    pub(crate) fn command(&self, name: &str) -> String {
        let quoted = |field: &str| self.get(field).replace('\'', "");
        // what was typed may hold anything, and is meant to be copied to a shell
        let number = |field: &str| self.get(field).chars().filter(char::is_ascii_digit).collect::<String>();
        let mut command = format!(
            "muster staffing {name} --area '{}' --role {} --scenario '{}' --base {} --to {}",
            quoted("area"),
            Role::by_key(self.get("role")).unwrap_or(Role::Gp).key(),
            quoted("scenario"),
            number("base_year"),
            number("to_year"),
        );
        for (field, usual) in [("draws", "1024"), ("seed", "1"), ("prices", "")] {
            let value = number(field);
            if value != usual {
                command.push_str(&format!(" --{field} {value}"));
            }
        }
        for (field, value, option) in [
            ("missing_returns", "last-value", " --missing last-value"),
            ("missing_returns", "leave-out", " --missing leave-out"),
            ("list", "weighted", " --list weighted"),
            ("deprivation", "yes", " --deprivation"),
            ("patients", "resident", " --patients resident"),
        ] {
            if self.get(field) == value {
                command.push_str(option);
            }
        }
        command
    }
}
