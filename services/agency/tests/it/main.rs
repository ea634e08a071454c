//! Tests of the agency context.

mod caps;
