//! The same figures for other programs: JSON in stored units, CSV as the tables show them.

pub(crate) mod back_office;
pub(crate) mod files;
pub(crate) mod json;
