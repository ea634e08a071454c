//! Staffing against real files, and against both databases.

mod real_files;
mod shared;
