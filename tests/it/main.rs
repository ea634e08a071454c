//! One test binary for what spans crates.

mod agency_commands;
mod architecture;
mod award_commands;
mod bus_conformance;
mod bus_kill;
mod bus_operations;
mod bus_runtime;
mod bus_support;
mod damage;
mod events_doc;
mod faults;
mod finance_commands;
mod forecast_commands;
mod jobs_conformance;
mod jobs_kill;
mod jobs_support;
mod migrations;
mod models;
mod one_port;
mod real_input;
mod sample_files;
mod store_conformance;
mod sweeps;
mod system;
mod the_loop;
mod trace;
