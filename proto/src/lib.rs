//! The contract: services and events of every context, generated from `muster/<context>/v1/*.proto`.
//!
//! Units stand in the field names: `_milli` is FTE in 1/1000, `_pence` money in pence, `_ppm` parts per million,
//! `_micros` microseconds since 1970-01-01T00:00:00Z; civil dates are text, `YYYY-MM-DD`.

#![allow(clippy::all, clippy::pedantic, missing_docs, unreachable_pub, unused_qualifications)]

/// What every context shares: pages, provenance, intervals, import reports.
pub mod common {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.common.v1");
    }
}

/// The map of organisations.
pub mod directory {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.directory.v1");
    }
}

/// Baselines, history and forecasts.
pub mod staffing {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.staffing.v1");
    }
}

/// Bank and agency: rules, shifts, spend.
pub mod agency {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.agency.v1");
    }
}

/// The shared catalogue: items, offers, equivalence, suppliers, rounds.
pub mod catalogue {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.catalogue.v1");
    }
}

/// The shared back office: savings, benchmarks, the bridge.
pub mod backoffice {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.backoffice.v1");
    }
}

/// Events, dead letters and audit of a node.
pub mod operations {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("muster.operations.v1");
    }
}

/// The compiled descriptors of the whole contract, for gRPC reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));
