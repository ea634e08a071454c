//! muster-staffing
pub mod domain;
pub mod import;
