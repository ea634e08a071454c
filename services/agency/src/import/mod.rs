//! Readers of outside files: bytes in, rows and findings out. Pure; storing is the use case's work.

mod rates;
mod shipped;

pub use rates::{KINDS, read};
pub use shipped::shipped;
