//! Tests that span crates live in `it/`; this library is empty on purpose.
