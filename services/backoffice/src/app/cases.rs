//! A business case with its approval and what finance attested of it.

use std::collections::BTreeMap;

use muster_kit::{Error, OrgScope, Result, imports};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::savings::Savings;
use crate::{
    domain::{
        Month, Problem,
        business_case::{Appraised, Attested, BusinessCase, Reforecast},
        claim::SavingClaim,
        savings::Standing,
    },
    import::{BUSINESS_CASE, read_business_case},
    store::{
        records::{self, Record},
        versions,
    },
};

/// Kind of the rows that say what was decided of a case.
pub(crate) const DECISIONS: &str = "case-decision";

/// What was decided last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Decision {
    /// The option; empty when an approval was taken back.
    pub(crate) option: String,
    /// Why.
    pub(crate) reason: String,
    /// Who: an actor id.
    pub(crate) by: String,
    /// When, microseconds UTC.
    pub(crate) at: i64,
    /// Version of the case that it is of.
    pub(crate) case_version: i64,
}

/// A case as it is stored.
pub(crate) struct KnownCase {
    /// The row of its document.
    pub(crate) record: Record,
    /// The case.
    pub(crate) case: BusinessCase,
    /// What was decided last; none where nothing was.
    pub(crate) decision: Option<Decision>,
    /// The import that it is from.
    pub(crate) import: imports::Model,
    /// Counts what was told of it.
    pub(crate) version: i64,
}

/// A case worked out.
pub(crate) struct Worked<'a> {
    /// The case.
    pub(crate) known: &'a KnownCase,
    /// Its options.
    pub(crate) options: Vec<Appraised<'a>>,
    /// Place of the option that stands for the case: the approved one, or the best.
    pub(crate) chosen: usize,
    /// How the approved option stands.
    pub(crate) reforecast: Option<Reforecast>,
}

/// What a case is told under.
pub(crate) fn aggregate(id: &str) -> String {
    format!("case {id}")
}

/// A stored document that cannot be worked out any more.
pub(crate) fn unreadable(problem: Problem) -> Error {
    Error::internal("a stored document is unreadable").with_source(problem)
}

impl KnownCase {
    /// A case by name.
    ///
    /// # Errors
    /// Not found; what the database says.
    pub(crate) async fn get(conn: &impl ConnectionTrait, scope: &OrgScope, id: &str) -> Result<Self> {
        let found = records::of_keys(conn, scope, BUSINESS_CASE.name, &[id.to_owned()]).await?;
        let record = found.into_values().next();
        let missing =
            || Error::not_found(format!("no business case `{id}`: `muster back-office cases` lists them"));
        Self::of(conn, scope, record.ok_or_else(missing)?).await
    }

    /// Every case, by name.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn all(conn: &impl ConnectionTrait, scope: &OrgScope) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for record in records::known(conn, scope, BUSINESS_CASE.name, None).await? {
            all.push(Self::of(conn, scope, record).await?);
        }
        Ok(all)
    }

    async fn of(conn: &impl ConnectionTrait, scope: &OrgScope, record: Record) -> Result<Self> {
        let case = read_business_case(&record.body).map_err(unreadable)?;
        let key = [record.row_key.clone()];
        let decision = records::of_keys(conn, scope, DECISIONS, &key).await?.into_values().next();
        let import = imports::get(conn, scope, &record.import_id).await?;
        let version = versions::current(conn, scope, &aggregate(&case.id)).await?;
        let decision = decision.map(|it| it.value()).transpose()?;
        Ok(Self { record, case, decision, import, version })
    }

    /// The approval; none where none was given, it was taken back, or it fell with a later document.
    pub(crate) fn approval(&self) -> Option<&Decision> {
        self.decision.as_ref().filter(|it| !it.option.is_empty() && self.falls_with(it).is_none())
    }

    /// Why an approval does not stand for the document that there is now; none where it does.
    pub(crate) fn falls_with(&self, decision: &Decision) -> Option<&'static str> {
        if !self.case.options.iter().any(|option| option.id == decision.option) {
            return Some("the option is not in the case any more");
        }
        // nobody approves what they published, later neither
        let own = decision.by == self.import.actor && self.record.recorded_at > decision.at;
        own.then_some("who approved it published the case again")
    }

    /// Has an account published this case, now or before?
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn published_by(
        conn: &impl ConnectionTrait,
        scope: &OrgScope,
        (id, actor): (&str, &str),
    ) -> Result<bool> {
        for record in records::ever(conn, scope, BUSINESS_CASE.name, id).await? {
            if imports::get(conn, scope, &record.import_id).await?.actor == actor {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Works it out by what is attested up to a month; none = up to the last month with anything attested.
    ///
    /// # Errors
    /// Internal when the stored document cannot be worked out.
    pub(crate) fn work_out(&self, savings: &Savings, as_of: Option<Month>) -> Result<Worked<'_>> {
        let options = self.case.appraise().map_err(unreadable)?;
        let approved = self.approval().and_then(|it| options.iter().position(|of| of.option.id == it.option));
        let best = || {
            let best = BusinessCase::best(&options)?;
            options.iter().position(|it| it.option.id == best.option.id)
        };
        let chosen = approved.or_else(best).unwrap_or_default();
        let attested = self.attested(savings);
        let last = self.claims(savings).map(|(claim, _)| claim.month).max();
        // months after the last with anything attested are not over for finance: nought would be no figure of theirs
        let as_of = last.map(|last| as_of.map_or(last, |asked| asked.min(last)));
        let reforecast = match (approved, as_of.filter(|as_of| *as_of >= self.case.start)) {
            (Some(approved), Some(as_of)) => {
                Some(self.case.reforecast(&options[approved], &attested, as_of).map_err(unreadable)?)
            }
            _ => None,
        };
        Ok(Worked { known: self, options, chosen, reforecast })
    }

    /// Claims of its schemes that finance attested and that count, of its organisations and months.
    pub(crate) fn claims<'a>(&'a self, savings: &'a Savings) -> impl Iterator<Item = (&'a SavingClaim, i64)> {
        let case = &self.case;
        let inside = |it: &SavingClaim| {
            let of_case = case.setting.organisations.iter().any(|known| known.id == it.organisation);
            of_case && (0..case.months).contains(&it.month.since(case.start))
        };
        self.of_schemes(savings).filter(move |(claim, _)| inside(claim))
    }

    /// The same, wherever and whenever.
    fn of_schemes<'a>(&'a self, savings: &'a Savings) -> impl Iterator<Item = (&'a SavingClaim, i64)> {
        savings.claims.iter().filter(|it| self.case.schemes.contains(&it.scheme)).filter_map(|it| {
            match savings.board.claims.get(&it.id)?.standing {
                Standing::Attested(pence) => Some((it, pence)),
                _ => None,
            }
        })
    }

    fn attested(&self, savings: &Savings) -> Attested {
        let mut attested: Attested = BTreeMap::new();
        for (claim, pence) in self.of_schemes(savings) {
            *attested.entry((claim.organisation.clone(), claim.month)).or_default() += pence;
        }
        attested
    }
}

impl<'a> Worked<'a> {
    /// The option that stands for the case.
    pub(crate) fn chosen(&self) -> &Appraised<'a> {
        &self.options[self.chosen]
    }
}
