//! `/api`: what other programs can read.

use askama::Template;

use super::page;
use crate::{failure::PageResult, shell::Shell};

#[derive(Template)]
#[template(path = "api.html")]
struct Api {
    shell: Shell,
}

pub(crate) async fn api() -> PageResult {
    page(&Api { shell: Shell::new("For other programs", "") })
}
