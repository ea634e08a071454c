//! `muster audit verify`

use muster_kit::Error;
use muster_proto::operations::v1 as pb;
use serde_json::{Value, json};

use crate::{cli::Shared, connect::Clients, exit::Failure, output};

/// Walks every chain; fails when one is broken.
pub(crate) async fn verify(shared: &Shared, clients: &Clients) -> Result<(), Failure> {
    let chains = clients
        .operations()
        .verify_audit(clients.request(pb::VerifyAuditRequest {}))
        .await?
        .into_inner()
        .chains;
    if shared.json {
        let rows: Vec<Value> = chains
            .iter()
            .map(|chain| {
                json!({
                    "service": chain.service, "organisation": chain.organisation, "rows": chain.rows,
                    "head": chain.head, "intact": chain.intact, "broken_at": chain.broken_at,
                })
            })
            .collect();
        output::json(&json!({ "chains": rows }))?;
    } else {
        for chain in &chains {
            let state =
                if chain.intact { "intact".into() } else { format!("BROKEN at row {}", chain.broken_at) };
            output::line(&format!(
                "{} {}: {} rows, {state}, head {}",
                chain.service, chain.organisation, chain.rows, chain.head
            ))?;
        }
    }
    match chains.iter().find(|chain| !chain.intact) {
        None => Ok(()),
        Some(chain) => Err(Failure::Failed(Error::internal(format!(
            "the audit of {} {} does not fit at row {}",
            chain.service, chain.organisation, chain.broken_at
        )))),
    }
}
