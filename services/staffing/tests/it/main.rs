//! Staffing against real files, and its calls against both databases.

mod calls;
mod forecasts;
mod node;
mod real_files;
mod shared;
