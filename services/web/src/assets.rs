//! Style sheets and scripts, embedded, under a path that names their content: they may be kept for ever.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, StatusCode,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Assets;

/// Changes whenever any asset does.
const VERSION: &str = env!("MUSTER_ASSETS_VERSION");

/// The address of an asset.
pub(crate) fn url(name: &str) -> String {
    format!("/assets/{VERSION}/{name}")
}

/// Was the design system there at build time?
pub(crate) fn has_design() -> bool {
    Assets::get("nhsuk-frontend.min.css").is_some()
}

/// Was htmx there at build time?
pub(crate) fn has_htmx() -> bool {
    Assets::get("htmx.min.js").is_some()
}

/// `/assets/{version}/{name}`.
pub(crate) async fn asset(Path((_, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(plain) = Assets::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let accepts = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let packed = accepts.contains("gzip").then(|| Assets::get(&format!("{name}.gz"))).flatten();
    let head = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    match packed {
        Some(packed) => (head, [(CONTENT_ENCODING, "gzip")], packed.data).into_response(),
        None => (head, plain.data).into_response(),
    }
}
