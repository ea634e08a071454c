//! Forecasts nurses and doctors of trusts. Stores nothing.

use muster_kit::{Action, Actor, Error, Resource, Result};
use muster_proto::common::v1::Provenance;

use super::{
    Deps,
    list_trust_workforce::{sources, stored},
};
use crate::domain::{
    forecast::{
        TrustForecast, TrustSpec, TrustsProblem, forecast_trusts as engine, trust_caveats, trust_finding,
    },
    parameters::Parameter,
    trusts::{known, left_out, parameters::shipped},
};

/// What is asked.
pub(crate) struct Asked {
    /// Only this trust; empty for all.
    pub(crate) organisation: String,
    /// A forecast of each group.
    pub(crate) specs: Vec<TrustSpec>,
}

/// Forecasts of groups, with what stands around them.
pub(crate) struct Made {
    /// By group.
    pub(crate) forecasts: Vec<(TrustSpec, TrustForecast)>,
    /// Parameters of these groups.
    pub(crate) parameters: Vec<Parameter>,
    /// The finding of each group.
    pub(crate) findings: Vec<String>,
    /// What a reader must know, a sentence each.
    pub(crate) caveats: Vec<String>,
    /// Groups of staff in no forecast.
    pub(crate) left_out: Vec<String>,
    /// Where the counts come from.
    pub(crate) sources: Vec<Provenance>,
}

/// Forecasts. A single trust is drawn beside all the others, so that its numbers are the same as among them.
///
/// # Errors
/// Forbidden; bad request when a forecast cannot be made; not found for a trust without counts; what the database says.
pub(crate) async fn forecast_trusts(deps: &Deps, actor: &Actor, asked: Asked) -> Result<Made> {
    deps.permit(actor, Action::Read, Resource::all("baseline")).await?;
    let (rows, counts) = stored(deps.db.read(), &actor.scope()).await?;
    let sources = sources(deps, actor, &rows).await?;
    let work = move || make(&asked, &counts);
    let made = tokio::task::spawn_blocking(work).await;
    let mut made = made.map_err(|error| Error::internal("the engine stopped").with_source(error))??;
    made.sources = sources;
    Ok(made)
}

fn make(asked: &Asked, counts: &[crate::domain::trusts::TrustCount]) -> Result<Made> {
    let code = asked.organisation.as_str();
    let mut made = Made {
        forecasts: Vec::new(),
        parameters: Vec::new(),
        findings: Vec::new(),
        caveats: Vec::new(),
        left_out: left_out(counts),
        sources: Vec::new(),
    };
    let mut of_one = code.is_empty();
    for spec in &asked.specs {
        let (trusts, gone) = known(counts, spec.group);
        let mut forecast = match engine(&trusts, spec, shipped()) {
            // one of two groups may be in no file
            Err(TrustsProblem::NoCounts(_)) if asked.specs.len() > 1 && !counts.is_empty() => continue,
            other => other.map_err(|problem| Error::bad_request(problem.to_string()))?,
        };
        for sentence in trust_caveats(&forecast, spec, (&trusts, &gone)) {
            if !made.caveats.contains(&sentence) {
                made.caveats.push(sentence);
            }
        }
        if !code.is_empty() {
            of_one |= trusts.iter().any(|of| of.code.eq_ignore_ascii_case(code));
            forecast.rows.retain(|row| row.code.eq_ignore_ascii_case(code));
            forecast.evidence.retain(|of| of.known.code.eq_ignore_ascii_case(code));
        }
        made.findings.push(trust_finding(&forecast, spec.group, code));
        let of_group = shipped().iter().filter(|of| of.name.starts_with(spec.group.name()));
        made.parameters.extend(of_group.cloned());
        made.forecasts.push((spec.clone(), forecast));
    }
    if made.forecasts.is_empty() {
        return Err(Error::bad_request(
            "no nurses or doctors of any trust are counted: import a file of kind trust-workforce",
        ));
    }
    if of_one {
        return Ok(made);
    }
    Err(Error::not_found(format!(
        "no trust `{code}` is counted: `muster staffing trusts list` has the codes; commissioners are kept and not forecast"
    )))
}
