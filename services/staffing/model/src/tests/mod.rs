//! Tests of the whole: shipped models, the schema, what a document can say and how it is refused.

mod behaviour;
mod refusals;
mod schema;
mod shipped;
mod validate;

use crate::{Model, Problem};

/// A document with parts of its own.
pub(super) fn document(parts: &str) -> String {
    format!(
        r#"{{"schema": "muster-model/1", "name": "m", "title": "M", "source": "test",
            "years": {{"first": 2020, "last": 2030}}, {parts}}}"#
    )
}

/// Reads a document with parts of its own.
pub(super) fn read(parts: &str) -> Result<Model, Problem> {
    Model::read(&document(parts))
}
