//! `muster catalogue gtin CODE`

use clap::Args;
use muster_catalogue::domain::gs1::{Gln, Gtin, check_digit};
use serde_json::json;

use crate::{cli::Shared, exit::Failure, output};

#[derive(Args, Debug)]
pub(crate) struct GtinArgs {
    /// Digits with the check digit: 8, 12, 13 or 14
    #[arg(value_name = "CODE")]
    code: String,
    /// The check digit is missing: work it out
    #[arg(long)]
    without_check_digit: bool,
}

/// Runs the command.
#[expect(clippy::print_stderr, reason = "a refusal is for people, on stderr")]
pub(super) fn run(args: &GtinArgs, shared: &Shared) -> Result<(), Failure> {
    let mut code = args.code.trim().to_owned();
    if args.without_check_digit {
        let digit = check_digit(&code).ok_or_else(|| Failure::Usage("give digits only".into()))?;
        code.push(char::from(b'0' + digit));
    }
    let read = Gtin::new(&code);
    // the digit that would fit what stands before the last place
    let body = code.char_indices().next_back().map_or("", |(at, _)| &code[..at]);
    let expected = check_digit(body).filter(|_| !body.is_empty());
    if shared.json {
        output::json(&json!({
            "code": code, "valid": read.is_ok(), "form": read.as_ref().ok().map(Gtin::form),
            "gtin_14": read.as_ref().ok().map(Gtin::padded), "valid_as_gln": Gln::new(&code).is_ok(),
            "check_digit": expected, "problem": read.as_ref().err().map(ToString::to_string),
        }))?;
    }
    match read {
        Ok(gtin) if !shared.json => {
            output::line(&format!("{gtin}: valid {}, as 14 digits {}", gtin.form(), gtin.padded()))?;
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(error) => {
            eprintln!("{code}: {error}");
            Err(Failure::Refused)
        }
    }
}
