//! Break glass: leave to book a shift that the rules forbid, asked for before it begins and given by whom the verdict demands.
//!
//! ```text
//! request --before the shift--> requested --decide, before it begins--> approved --until it expires--> expired
//!                                        \------------------------------> refused
//!                                        \--nobody decided in time------> expired
//! ```

use std::fmt;

use super::{
    priced::price,
    reference::SignOff,
    shift::{Judged, Shift, Supply, Verdict},
    words::Word,
};

/// Reasons of a booking.
pub const REASONS: &[&str] = &[
    "vacancy",
    "sickness",
    "parental leave",
    "annual leave",
    "study leave",
    "enhanced observation",
    "escalation beds",
    "additional clinics",
    "carer leave",
    "restricted duties",
    "industrial action",
];

/// Microseconds in a minute.
const MINUTE: i64 = 60_000_000;

/// What is asked for: a shift as it is to be booked, with price, reason and agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The shift.
    pub shift: Shift,
    /// Until when leave holds, minutes since 1970 UTC.
    pub expires: i64,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Yes?
    pub approved: bool,
    /// Account that decided.
    pub by: String,
    /// When, microseconds UTC.
    pub at: i64,
}

/// An override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// What is asked for.
    pub request: Request,
    /// Why leave is needed.
    pub verdicts: Vec<Verdict>,
    /// Who has to give it.
    pub demanded: SignOff,
    /// Account that asked.
    pub requested_by: String,
    /// When, microseconds UTC.
    pub requested_at: i64,
    /// What was decided; none yet.
    pub decision: Option<Decision>,
}

/// How an override stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody has decided.
    Requested,
    /// Leave was given and holds.
    Approved,
    /// Leave was refused.
    Refused,
    /// Nobody decided before the shift began, or leave no longer holds.
    Expired,
}

impl Word for State {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("requested", Self::Requested),
        ("approved", Self::Approved),
        ("refused", Self::Refused),
        ("expired", Self::Expired),
    ];
}

/// Why an override cannot be asked for or decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The shift has begun.
    Begun,
    /// Nobody is to work it.
    Nobody,
    /// A field is missing or wrong: its name, and what would be right.
    Field(&'static str, String),
    /// Leave would end before the shift begins.
    Expiry,
    /// The rules do not forbid it.
    NotNeeded,
    /// Whoever asked cannot decide.
    Own,
    /// The account may not sign this off.
    Role(SignOff),
    /// It stands as it is.
    Settled(State),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begun => f.write_str("the shift has begun: leave is asked for before it"),
            Self::Nobody => f.write_str("only a bank or agency shift needs leave"),
            Self::Field(name, right) => write!(f, "the field `{name}` is missing or wrong: {right}"),
            Self::Expiry => f.write_str("leave would end before the shift begins: give a later expiry"),
            Self::NotNeeded => {
                f.write_str("the rules of that day do not forbid the shift: book it without leave")
            }
            Self::Own => f.write_str("nobody decides on a request of their own: ask another signatory"),
            Self::Role(role) => write!(
                f,
                "this must be signed off as {}: this account is no such signatory of the organisation on that day",
                role.word()
            ),
            Self::Settled(state) => write!(f, "it is {} already and stays so", state.word()),
        }
    }
}

/// Who has to sign off a shift with these verdicts: the highest that a rule in force names for any of them.
pub fn demanded(verdicts: &[Verdict], sign_off: impl Fn(Verdict) -> Option<SignOff>) -> Option<SignOff> {
    verdicts.iter().filter_map(|verdict| sign_off(*verdict)).max()
}

impl Override {
    /// Asks for leave, at an instant in microseconds UTC.
    ///
    /// # Errors
    /// Why it cannot be asked for.
    pub fn request(
        request: Request,
        judged: &Judged,
        sign_off: impl Fn(Verdict) -> Option<SignOff>,
        (by, at): (&str, i64),
    ) -> Result<Self, Fault> {
        let shift = &request.shift;
        if !shift.supply.worked() {
            return Err(Fault::Nobody);
        }
        let agency = &shift.booking.agency;
        for (name, text, needed) in [
            ("staff_group", &shift.staff_group, true),
            ("shift", &shift.reference, true),
            ("agency", agency, shift.supply == Supply::Agency),
        ] {
            if needed && text.trim().is_empty() {
                return Err(Fault::Field(name, "fill it in".into()));
            }
        }
        if !REASONS.contains(&shift.booking.reason.as_str()) {
            return Err(Fault::Field("reason", format!("write one of {}", REASONS.join(", "))));
        }
        if price(shift).is_none_or(|pence| pence <= 0) {
            return Err(Fault::Field("price", "give pounds an hour".into()));
        }
        if at >= shift.time.0 * MINUTE {
            return Err(Fault::Begun);
        }
        if request.expires <= shift.time.0 {
            return Err(Fault::Expiry);
        }
        let Some(demanded) = demanded(&judged.verdicts, sign_off) else { return Err(Fault::NotNeeded) };
        Ok(Self {
            verdicts: judged.verdicts.clone(),
            demanded,
            requested_by: by.to_owned(),
            requested_at: at,
            decision: None,
            request,
        })
    }

    /// How it stands at an instant, microseconds UTC.
    pub fn state(&self, at: i64) -> State {
        let decision = self.decision.as_ref().filter(|decision| decision.at <= at);
        match decision {
            Some(Decision { approved: false, .. }) => State::Refused,
            Some(_) if at >= self.request.expires * MINUTE => State::Expired,
            Some(_) => State::Approved,
            None if at >= self.request.shift.time.0 * MINUTE => State::Expired,
            None => State::Requested,
        }
    }

    /// Decides, at an instant in microseconds UTC; `role` is the highest that the account may sign off as.
    ///
    /// # Errors
    /// Why it cannot be decided.
    pub fn decide(&self, approved: bool, by: &str, role: Option<SignOff>, at: i64) -> Result<Self, Fault> {
        let state = self.state(at);
        if state != State::Requested {
            return Err(Fault::Settled(state));
        }
        if by == self.requested_by {
            return Err(Fault::Own);
        }
        if role.is_none_or(|role| role < self.demanded) {
            return Err(Fault::Role(self.demanded));
        }
        let decision = Some(Decision { approved, by: by.to_owned(), at });
        Ok(Self { decision, ..self.clone() })
    }

    /// Was leave given for a shift that was worked? Its reference must be the one asked for, it must begin while leave holds,
    /// and it may not cost more.
    pub fn covers(&self, shift: &Shift) -> bool {
        let asked = &self.request.shift;
        let given = self.decision.as_ref().is_some_and(|decision| decision.approved);
        let same = asked.organisation == shift.organisation && asked.reference == shift.reference;
        let dearer = price(shift).zip(price(asked)).is_none_or(|(paid, agreed)| paid > agreed);
        given && same && !dearer && shift.time.0 < self.request.expires
    }
}
