//! The directory end to end on a database: import, query, events.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing fails, as it should")]

mod calls;
mod damage;
mod formats;
mod house;
mod queries;
mod sample;
mod shared_data;
mod successions;
mod together;
mod told;
