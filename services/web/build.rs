//! Gathers what the pages load: our own style sheet and scripts, and the design system and htmx from
//! `ui/node_modules` where they were installed. Without them the build works all the same, with our style sheet alone.

use std::{
    env,
    error::Error,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

const DESIGN: &str = "ui/node_modules/nhsuk-frontend/dist/nhsuk";
const HTMX: &str = "ui/node_modules/htmx.org/dist/htmx.min.js";
const OWN: [&str; 3] = ["muster.css", "muster.js", "design.js"];
const ICONS: [&str; 4] = [
    "nhsuk-icon-arrow-down.svg",
    "nhsuk-icon-arrow-up-down.svg",
    "nhsuk-icon-arrow-up.svg",
    "nhsuk-icon-cross.svg",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=ui/package-lock.json");
    println!("cargo::rerun-if-changed={DESIGN}");
    println!("cargo::rerun-if-changed={HTMX}");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("assets");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(out.join("images"))?;
    let mut version = Sha256::new();
    for name in OWN {
        put(&out, name, &fs::read(Path::new("assets").join(name))?, &mut version)?;
    }
    let design = Path::new(DESIGN);
    if design.join("nhsuk-frontend.min.css").exists() {
        let css = without_the_nhs_typeface(&fs::read_to_string(design.join("nhsuk-frontend.min.css"))?);
        put(&out, "nhsuk-frontend.min.css", css.as_bytes(), &mut version)?;
        put(&out, "nhsuk-frontend.min.js", &fs::read(design.join("nhsuk-frontend.min.js"))?, &mut version)?;
        for icon in ICONS {
            let name = format!("images/{icon}");
            put(&out, &name, &fs::read(design.join("assets").join(&name))?, &mut version)?;
        }
    } else {
        println!(
            "cargo::warning=ui/node_modules is missing: the pages get a bare style sheet (run `npm ci` in ui)"
        );
    }
    if Path::new(HTMX).exists() {
        put(&out, "htmx.min.js", &fs::read(HTMX)?, &mut version)?;
    }
    println!("cargo::rustc-env=MUSTER_ASSETS_VERSION={}", &hex::encode(version.finalize())[..12]);
    Ok(())
}

/// Writes a file and, where it pays, its compressed form beside it.
fn put(out: &Path, name: &str, bytes: &[u8], version: &mut Sha256) -> Result<(), Box<dyn Error>> {
    version.update(name.as_bytes());
    version.update(bytes);
    fs::write(out.join(name), bytes)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    let packed = gzip.finish()?;
    if packed.len() < bytes.len() {
        fs::write(out.join(format!("{name}.gz")), packed)?;
    }
    Ok(())
}

/// The design system's typeface belongs to the NHS and lies on its servers: this is no NHS service, so the font faces
/// and the family's name go, and the next family in the list is used. Paths of images become relative.
fn without_the_nhs_typeface(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("@font-face{") {
        kept.push_str(&rest[..start]);
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept.replace("Frutiger W01,", "")
        .replace("/assets/images/", "images/")
        .replace("/*# sourceMappingURL", "/* map ")
}
