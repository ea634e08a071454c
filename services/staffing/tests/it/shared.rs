//! The folder of published files, where it is there.

use std::path::PathBuf;

use muster_kit::intake::RawFile;

/// A published file, or nothing on a machine that has none.
pub(crate) fn published(path: &str) -> Option<RawFile> {
    let root = std::env::var_os("MUSTER_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let file = root.join("data").join(path);
    let bytes = std::fs::read(&file).ok()?;
    Some(RawFile::new(file.file_name()?.to_string_lossy(), bytes))
}
