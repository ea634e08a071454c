//! One test binary for what spans crates.

mod architecture;
mod damage;
mod events_doc;
mod faults;
mod real_input;
mod sample_files;
mod system;
mod the_loop;
mod trace;
mod bus_conformance;
mod bus_kill;
mod bus_operations;
mod bus_runtime;
mod bus_support;
mod store_conformance;
