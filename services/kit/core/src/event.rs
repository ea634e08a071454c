//! The envelope of an event: CloudEvents 1.0 in binary mode, with subjects whose tokens are checked, never rewritten.

use bytes::Bytes;
use uuid::Uuid;

use crate::{Error, OrgCode, Result};

/// Whether an event may leave its organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classification {
    /// Stays in the organisation: branch `own`.
    Own,
    /// May be shared with the group: branch `shared`.
    Group,
    /// May be seen by anybody: branch `shared`.
    Public,
}

impl Classification {
    /// The value of the `ce-dataclassification` header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Group => "group",
            Self::Public => "public",
        }
    }

    /// The branch token of the subject.
    pub fn branch(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Group | Self::Public => "shared",
        }
    }

    /// Reads the header's value.
    ///
    /// # Errors
    /// Bad request on any other word.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "own" => Ok(Self::Own),
            "group" => Ok(Self::Group),
            "public" => Ok(Self::Public),
            _ => Err(Error::bad_request(format!("`{text}` is no data classification: own, group or public"))),
        }
    }
}

/// What a use case says happened; [`crate::UnitOfWork::publish`] makes the envelope.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Context: `staffing`.
    pub context: &'static str,
    /// Kind of aggregate: `forecast`.
    pub aggregate: &'static str,
    /// What happened to it: `published`.
    pub event: &'static str,
    /// Who may see it.
    pub classification: Classification,
    /// Which aggregate, unique within its kind; events of one aggregate keep their order.
    pub aggregate_id: String,
    /// Version of the aggregate after the change, counting from 1.
    pub aggregate_version: i64,
    /// The encoded protobuf message.
    pub payload: Vec<u8>,
}

/// An event as the outbox holds it and consumers see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// UUIDv7; also the message id by which a broker recognises a repeat.
    pub id: Uuid,
    /// `muster.v1.<own|shared>.<org>.<context>.<aggregate>.<event>`.
    pub subject: String,
    /// `muster.<context>.<aggregate>.<event>.v1`.
    pub kind: String,
    /// Organisation that it happened in.
    pub organisation: OrgCode,
    /// Who may see it.
    pub classification: Classification,
    /// Which aggregate.
    pub aggregate_id: String,
    /// Version of the aggregate after the change.
    pub aggregate_version: i64,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub occurred_at_micros: i64,
    /// The event that caused it, when one did.
    pub causation_id: Option<Uuid>,
    /// Who: an actor id.
    pub actor: String,
    /// W3C trace context of the transaction that wrote it; empty when none was recorded.
    pub traceparent: String,
    /// The encoded protobuf message.
    pub payload: Bytes,
}

impl Event {
    /// The key whose events keep their order: organisation, kind of aggregate and aggregate.
    pub fn order_key(&self) -> String {
        order_key(&self.subject, &self.aggregate_id)
    }
}

/// The order key of an event of which only the subject and the aggregate are known; see [`Event::order_key`].
pub fn order_key(subject: &str, aggregate_id: &str) -> String {
    let mut tokens = subject.split('.').skip(3);
    let organisation = tokens.next().unwrap_or_default();
    let context = tokens.next().unwrap_or_default();
    let aggregate = tokens.next().unwrap_or_default();
    format!("{organisation}.{context}.{aggregate}/{aggregate_id}")
}

/// Builds the subject of an event.
///
/// # Errors
/// Bad request when a token is not lower-case letters, digits and hyphens.
pub fn subject(organisation: &OrgCode, event: &NewEvent) -> Result<String> {
    for token in [event.context, event.aggregate, event.event] {
        check_token(token)?;
    }
    let branch = event.classification.branch();
    let organisation = organisation.token();
    Ok(format!("muster.v1.{branch}.{organisation}.{}.{}.{}", event.context, event.aggregate, event.event))
}

/// Checks one token of a subject.
///
/// # Errors
/// Bad request when it is empty or holds anything but lower-case letters, digits and hyphens.
pub fn check_token(token: &str) -> Result<()> {
    let fits = !token.is_empty()
        && token.len() <= 64
        && token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(())
    } else {
        Err(Error::bad_request(format!(
            "`{token}` is no subject token: lower-case letters, digits and hyphens"
        )))
    }
}

/// Checks a whole subject that an event is published on.
///
/// # Errors
/// Bad request when it has not seven tokens, or one of them is wrong.
pub fn check_subject(subject: &str) -> Result<()> {
    let tokens: Vec<&str> = subject.split('.').collect();
    if tokens.len() != 7 {
        return Err(Error::bad_request(format!(
            "subject `{subject}` has {} tokens, not seven",
            tokens.len()
        )));
    }
    tokens.into_iter().try_for_each(check_token)
}

/// Checks a filter: a subject in which `*` stands for one token and a last `>` for all that follow.
///
/// # Errors
/// Bad request when a token is neither a token nor a wildcard in its place.
pub fn check_filter(filter: &str) -> Result<()> {
    let tokens: Vec<&str> = filter.split('.').collect();
    for (place, token) in tokens.iter().enumerate() {
        match *token {
            "*" => {}
            ">" if place + 1 == tokens.len() => {}
            token => check_token(token)?,
        }
    }
    Ok(())
}

/// Does a subject match a filter?
pub fn matches(filter: &str, subject: &str) -> bool {
    let mut wanted = filter.split('.');
    let mut given = subject.split('.');
    loop {
        match (wanted.next(), given.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(want), Some(have)) if want == have => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_as_nats_does() {
        let subject = "muster.v1.shared.qkk.staffing.forecast.published";
        for filter in [
            subject,
            "muster.v1.>",
            "muster.v1.*.qkk.>",
            "muster.v1.shared.*.staffing.*.*",
            "muster.v1.shared.*.staffing.forecast.published",
        ] {
            assert!(check_filter(filter).is_ok(), "{filter}");
            assert!(matches(filter, subject), "{filter}");
        }
        for filter in [
            "muster.v1.own.>",
            "muster.v1.shared.*.staffing.forecast",
            "muster.v1.shared.qkk.staffing.forecast.published.>",
        ] {
            assert!(!matches(filter, subject), "{filter}");
        }
    }

    #[test]
    fn wrong_tokens_are_refused_not_rewritten() {
        for wrong in ["", "A", "a b", "a.b", "*", ">", "ä", "a_b"] {
            assert!(check_token(wrong).is_err(), "{wrong}");
        }
        for wrong in [
            "muster.v1.own.qkk.a.b",
            "muster.v1.own.qkk.a.b.c.d",
            "muster.v1.own.QKK.a.b.c",
            "muster.v1.own.*.a.b.c",
        ] {
            assert!(check_subject(wrong).is_err(), "{wrong}");
        }
        assert!(check_filter("muster.>.x").is_err());
    }
}
