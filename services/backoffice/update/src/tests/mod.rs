//! What is written, of an edition as a programme office has it.

mod hostile;
mod machines;
mod properties;
mod public;
mod sample;
mod tables;
mod update;

use crate::{Edition, Format, content, pdf, write};

/// The page as text.
fn page(of: &Edition) -> String {
    String::from_utf8(write(of.clone(), Format::Html).unwrap().content).unwrap()
}

/// The text of the page without its tags, one space between words.
fn words_of_page(of: &Edition) -> String {
    let page = page(of);
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    for part in body.split('<') {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
        text.push(' ');
    }
    let text = text.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'");
    squeezed(&text.replace("&#34;", "\""))
}

/// The text of the PDF as it is drawn, in the order in which it is read.
fn words_of_pdf(of: &Edition) -> String {
    let faces = pdf::Faces::load().unwrap();
    let (flow, _) = pdf::laid_out(&faces, &content::document(&of.clone().shown()));
    let mut pieces: Vec<_> = flow.sheets.iter().flat_map(|it| &it.pieces).collect();
    pieces.retain(|it| it.leaf.is_some());
    pieces.sort_by_key(|it| it.leaf);
    squeezed(&pieces.iter().map(|it| it.text.as_str()).collect::<Vec<_>>().join(" "))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
