//! The directory end to end on a database: import, query, events.

mod calls;
mod damage;
mod house;
mod queries;
mod sample;
mod shared_data;
mod successions;
mod told;
