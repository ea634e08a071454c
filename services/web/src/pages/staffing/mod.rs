//! Pages under `/staffing`: the gap of any node, scenarios, what decides the answer, plans, trusts, and runs as
//! files.

pub(crate) mod explorer;
pub(crate) mod export;
pub(crate) mod form;
pub(crate) mod need;
pub(crate) mod plan;
pub(crate) mod scenarios;
pub(crate) mod sensitivity;
pub(crate) mod trusts;
