//! The only binary: wiring.
fn main() {}
