//! Compiles the contract with protox, so that a build needs no protoc.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const FILES: &[&str] = &[
    "muster/common/v1/common.proto",
    "muster/directory/v1/directory.proto",
    "muster/directory/v1/events.proto",
    "muster/staffing/v1/lists.proto",
    "muster/staffing/v1/trusts.proto",
    "muster/staffing/v1/staffing.proto",
    "muster/staffing/v1/events.proto",
    "muster/agency/v1/agency.proto",
    "muster/agency/v1/events.proto",
    "muster/catalogue/v1/catalogue.proto",
    "muster/catalogue/v1/events.proto",
    "muster/backoffice/v1/backoffice.proto",
    "muster/backoffice/v1/cases.proto",
    "muster/backoffice/v1/events.proto",
    "muster/operations/v1/operations.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=muster");
    let descriptors = protox::compile(FILES, ["."])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // reflection serves this set to clients that ask what the services offer
    fs::write(out.join("descriptors.binpb"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure().build_client(true).build_server(true).compile_fds(descriptors)?;
    Ok(())
}
