//! What is decided on a claim: an owner takes it on, finance attests it against a line of the ledger or rejects it.

use axum::{
    Extension,
    extract::{Path, Request, State},
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use muster_kit::{Actor, Error};
use muster_proto::backoffice::v1::{AttestClaimRequest, Claim, ClaimSavingRequest, LedgerLine};

use super::claims::{Filled, Wanted, shown};
use crate::{
    calls::Caller,
    deps::Deps,
    failure::PageResult,
    pages::{
        Fields,
        catalogue::read::{decimal, wrong},
        choices::{Problem, mended},
        encode, page,
    },
};

/// Pence of an amount in pounds; 0 where nothing was written or it is wrong.
pub(super) fn pounds(fields: &Fields, name: &str, problems: &mut Vec<Problem>) -> i64 {
    match fields.get(name) {
        "" => 0,
        text => decimal(text, 2).filter(|pence| *pence > 0).unwrap_or_else(|| {
            problems.push(wrong(name, "The amount must be pounds above nought, such as 8,500.00"));
            0
        }),
    }
}

/// A month; empty where nothing was written or it is wrong.
pub(super) fn month(fields: &Fields, name: &str, problems: &mut Vec<Problem>) -> String {
    let text = fields.get(name);
    if text.is_empty() || (text.len() == 7 && format!("{text}-01").parse::<jiff::civil::Date>().is_ok()) {
        return text.to_owned();
    }
    problems.push(wrong(name, format!("`{text}` is no month: write year and month, such as 2017-10")));
    String::new()
}

/// The line of the ledger; none where no account is named.
pub(super) fn line(fields: &Fields, problems: &mut Vec<Problem>) -> Option<LedgerLine> {
    let month = month(fields, "line_month", problems);
    let text = |name: &str| fields.get(name).to_owned();
    let line = LedgerLine {
        organisation: String::new(),
        month,
        account: text("account"),
        cost_centre: text("cost_centre"),
    };
    if line.account.is_empty() && !line.cost_centre.is_empty() {
        problems.push(wrong("account", "A cost centre needs its account: write both, or neither"));
    }
    (!line.account.is_empty()).then_some(line)
}

/// What a form asks for.
enum Act {
    TakeOn(ClaimSavingRequest),
    Attest(AttestClaimRequest),
    Reject(String),
}

fn act(claim: &str, fields: &Fields) -> Result<Act, Vec<Problem>> {
    let mut problems = Vec::new();
    let scheme = fields.get("scheme").to_owned();
    let act = match fields.get("act") {
        "take-on" => {
            if scheme.is_empty() {
                problems.push(wrong("scheme", "Choose the scheme that the saving belongs to"));
            }
            let pence = pounds(fields, "amount", &mut problems);
            Act::TakeOn(ClaimSavingRequest {
                scheme,
                month: String::new(),
                pence,
                line: None,
                proposal: claim.to_owned(),
            })
        }
        "attest" => {
            let pence = pounds(fields, "amount", &mut problems);
            let line = line(fields, &mut problems);
            if line.is_none() && problems.is_empty() {
                let text = "Write the account of the line of the ledger that shows the saving";
                problems.push(wrong("account", text));
            }
            Act::Attest(AttestClaimRequest { claim_id: claim.to_owned(), line, pence, scheme })
        }
        "reject" => {
            if fields.get("reason").is_empty() {
                problems.push(wrong("reason", "Write why: the owner reads it"));
            }
            Act::Reject(fields.get("reason").to_owned())
        }
        other => problems_of(other, &mut problems),
    };
    if problems.is_empty() { Ok(act) } else { Err(problems) }
}

fn problems_of(other: &str, problems: &mut Vec<Problem>) -> Act {
    let text = format!("A claim is taken on, attested or rejected, not `{other}`");
    problems.push(wrong("claims-heading", text));
    Act::Reject(String::new())
}

/// The field of a form that what the service says is about.
fn field(act: &Act) -> &'static str {
    match act {
        Act::TakeOn(_) => "scheme",
        Act::Attest(_) => "account",
        Act::Reject(_) => "reason",
    }
}

async fn done(caller: &Caller<'_>, claim: &str, act: Act) -> Result<(&'static str, Claim), Error> {
    Ok(match act {
        Act::TakeOn(request) => ("claimed", caller.claim_saving(request).await?),
        Act::Attest(request) => ("attested", caller.attest_claim(request).await?),
        Act::Reject(reason) => ("rejected", caller.reject_claim(claim, &reason).await?),
    })
}

/// Does what the form says; what is wrong is said beside it, with what was typed.
pub(crate) async fn decide(
    State(deps): State<Deps>,
    Extension(actor): Extension<Actor>,
    Path(claim): Path<String>,
    request: Request,
) -> PageResult {
    let caller = Caller::new(&deps, &actor);
    let fields = Fields::read(request).await?;
    let (status, problems) = match act(&claim, &fields) {
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Ok(act) => {
            let field = field(&act);
            match done(&caller, &claim, act).await {
                Ok((what, of)) => {
                    let to = format!("/back-office/claims?done={what}&claim={}", encode(&of.claim_id));
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(error) => {
                    let Some(status) = mended(&error) else { return Err(error.into()) };
                    (status, vec![wrong(field, error.message())])
                }
            }
        }
    };
    let wanted = Wanted::of(&fields);
    let body = shown(&caller, wanted, Filled { claim, fields, problems }).await?;
    Ok((status, page(&body)?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.set(name, *value);
        }
        fields
    }

    #[test]
    fn an_attestation_names_a_line_and_keeps_to_the_penny() {
        let filled = fields(&[
            ("act", "attest"),
            ("account", "52100"),
            ("line_month", "2017-10"),
            ("amount", "£8,500.05"),
            ("scheme", "S-017"),
        ]);
        let Ok(Act::Attest(request)) = act("c-1", &filled) else { panic!("no attestation") };
        let line = request.line.unwrap();
        assert_eq!(
            (request.pence, line.account.as_str(), line.month.as_str()),
            (850_005, "52100", "2017-10")
        );
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        let told = |pairs: &[(&str, &str)]| {
            let problems = act("c-1", &fields(pairs)).err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(told(&[("act", "attest")]), ["account"]);
        assert_eq!(
            told(&[("act", "attest"), ("account", "1"), ("line_month", "2017-13"), ("amount", "-3")]),
            ["amount", "line_month"]
        );
        assert_eq!(told(&[("act", "take-on")]), ["scheme"]);
        assert_eq!(told(&[("act", "reject")]), ["reason"]);
        assert_eq!(told(&[("act", "sell")]), ["claims-heading"]);
    }
}
