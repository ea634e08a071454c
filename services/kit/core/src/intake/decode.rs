//! Bytes to text: gzip, byte order marks, UTF-8 and cp1252; everything else is refused with its name and a remedy.

use std::io::Read;

use encoding_rs::WINDOWS_1252;

use super::Finding;

/// A file that is larger than this once unpacked is refused: a gzip bomb must not take the node down.
const LIMIT: u64 = 1 << 30;

/// The text of a file.
pub(super) fn text(bytes: &[u8]) -> Result<String, Finding> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = gunzip(bytes)?;
        &unpacked
    } else {
        bytes
    };
    refuse_other_kinds(bytes)?;
    let (marked, body) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (true, body),
        None => (false, bytes),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Finding::error(
            "empty-file",
            "the file is empty",
            "export it again; nothing was imported",
        ));
    }
    if let Some(at) = body.iter().position(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a))
    {
        return Err(not_text(body, at));
    }
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => cp1252(body, error.valid_up_to(), marked),
    }
}

/// Does it start like a zip archive, as every XLSX does?
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

fn gunzip(bytes: &[u8]) -> Result<Vec<u8>, Finding> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(LIMIT + 1);
    reader.read_to_end(&mut unpacked).map_err(|error| {
        Finding::error(
            "damaged-gzip",
            format!("the compressed file is damaged or cut after {} bytes ({error})", unpacked.len()),
            "fetch or compress it again; nothing was imported",
        )
    })?;
    if unpacked.len() as u64 > LIMIT {
        return Err(Finding::error("too-large", "the file is over 1 GiB once unpacked", "split it"));
    }
    Ok(unpacked)
}

fn refuse_other_kinds(bytes: &[u8]) -> Result<(), Finding> {
    let start: Vec<u8> = bytes.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let trimmed = start.trim_ascii_start();
    let (what, remedy) = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        ("text in UTF-16", "save it as CSV UTF-8")
    } else if start.starts_with(b"%pdf") {
        ("a PDF", "ask the publisher for the CSV; figures parsed from a PDF are not taken")
    } else if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        ("an old Excel workbook (.xls)", "save it as CSV UTF-8 or .xlsx")
    } else if is_zip(bytes) {
        ("a zip archive or an Excel workbook", "save the sheet as CSV UTF-8, or unpack the archive first")
    } else if trimmed.starts_with(b"<!doctype") || trimmed.starts_with(b"<html") {
        ("a web page", "the link led to a page, not to the file: download the file itself")
    } else if trimmed.starts_with(b"<?xml") {
        ("XML", "give the CSV of it")
    } else if trimmed.starts_with(b"{") || trimmed.starts_with(b"[{") {
        ("JSON", "give the CSV of it")
    } else {
        return Ok(());
    };
    Err(Finding::error("another-kind-of-file", format!("this is {what}, not CSV"), remedy))
}

fn not_text(body: &[u8], at: usize) -> Finding {
    let line = line_of(body, at);
    let value = format!("byte 0x{:02x}", body[at]);
    Finding::error("not-text", "the bytes are no text", "give a CSV file in UTF-8; nothing was imported")
        .at(line, "", &value)
}

fn cp1252(body: &[u8], first_bad: usize, marked: bool) -> Result<String, Finding> {
    let line = line_of(body, first_bad);
    let remedy = "save it again as CSV UTF-8";
    if marked {
        let problem = "the file says it is UTF-8 but holds bytes that are not";
        return Err(Finding::error("wrong-encoding", problem, remedy).at(line, "", &hex_of(body, first_bad)));
    }
    // a file that is UTF-8 in one place and not in another was glued together or cut inside a character
    let has_utf8 = std::str::from_utf8(&body[..first_bad]).is_ok_and(|text| !text.is_ascii());
    let undefined = body.iter().position(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
    if has_utf8 || undefined.is_some() {
        let at = undefined.unwrap_or(first_bad);
        let problem = "neither UTF-8 nor Windows-1252 throughout";
        return Err(Finding::error("wrong-encoding", problem, remedy).at(
            line_of(body, at),
            "",
            &hex_of(body, at),
        ));
    }
    Ok(WINDOWS_1252.decode_without_bom_handling(body).0.into_owned())
}

fn hex_of(body: &[u8], at: usize) -> String {
    format!("byte 0x{:02x}", body[at])
}

fn line_of(body: &[u8], at: usize) -> u64 {
    body[..at].iter().filter(|b| **b == b'\n').count() as u64 + 1
}
