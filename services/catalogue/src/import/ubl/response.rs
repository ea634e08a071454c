//! The answer to a catalogue (transaction T58).
//!
//! The format answers the document as a whole: its structure has no place for single lines. A catalogue of which some
//! lines were taken is therefore accepted, and every refused line stands in a note of its own, in a form that is read
//! back: `refused line ID: RULE at XPATH: problem; remedy`.

use std::io;

use jiff::civil::Date;
use muster_kit::intake::{Finding, Findings, Severity};

use super::{
    document::{Catalogue, Party},
    read::{CatalogueRead, party},
    rules,
    schema::{self, RESPONSE},
    tree::{self, Element, Place},
    write::Xml,
};

const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2";

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The message was received.
    Received,
    /// The catalogue was taken, but for the lines in the notes.
    Accepted,
    /// Nothing was taken.
    Rejected,
}

impl Answer {
    const CODES: [(&'static str, Self); 3] =
        [("AB", Self::Received), ("AP", Self::Accepted), ("RE", Self::Rejected)];

    /// Its code in list UN/EDIFACT 4343.
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(_, answer)| *answer == self).map_or("", |(code, _)| code)
    }
}

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line's identifier.
    pub line: String,
    /// Rule that it breaks.
    pub rule: String,
    /// Where.
    pub xpath: String,
    /// What is wrong, and what to do.
    pub text: String,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its identifier.
    pub id: String,
    /// When it was issued.
    pub issued: Date,
    /// Lines that were refused.
    pub refusals: Vec<Refusal>,
    /// Further notes.
    pub notes: Vec<String>,
    /// Who answers.
    pub sender: Party,
    /// Who sent the catalogue.
    pub receiver: Party,
    /// The answer.
    pub answer: Answer,
    /// The catalogue.
    pub catalogue: String,
    /// Its version.
    pub version: Option<String>,
}

/// The answer to a catalogue that was read: accepted when a line was taken or none was sent in vain, else rejected.
pub fn respond(read: &CatalogueRead, id: &str, issued: Date) -> Response {
    let Catalogue { lines, provider, receiver, version, .. } = &read.catalogue;
    let refused = read.refused.iter().flat_map(|line| line.findings.iter().map(|it| (line.id.as_str(), it)));
    Response {
        id: id.to_owned(),
        issued,
        refusals: refused.map(|(line, finding)| refusal(line, finding)).collect(),
        notes: vec![format!("{} lines taken, {} refused", lines.len(), read.refused.len())],
        sender: answering(receiver),
        receiver: answering(provider),
        answer: if lines.is_empty() { Answer::Rejected } else { Answer::Accepted },
        catalogue: read.catalogue.id.clone(),
        version: version.clone(),
    }
}

/// The rejection of a catalogue that was refused whole for what was found; nothing when it does not even say what it is
/// and who sent it to whom, so that nobody could be answered.
pub fn reject(bytes: &[u8], findings: &Findings, id: &str, issued: Date) -> Option<Response> {
    let root = tree::read(bytes).ok().filter(|root| root.name == "Catalogue")?;
    let party = |name| root.at(name).map(|element| answering(&party(element)));
    let errors = findings.sorted().into_iter().filter(|finding| finding.severity == Severity::Error);
    let response = Response {
        id: id.to_owned(),
        issued,
        refusals: errors.map(|finding| refusal("", finding)).collect(),
        notes: vec!["the catalogue was refused whole".to_owned()],
        sender: party("cac:ReceiverParty")?,
        receiver: party("cac:ProviderParty")?,
        answer: Answer::Rejected,
        catalogue: root.text_at("cbc:ID").filter(|id| !id.is_empty())?.to_owned(),
        version: root.text_at("cbc:VersionID").filter(|version| !version.is_empty()).map(str::to_owned),
    };
    // what cannot be sent is no answer: a party without a usable address
    let written = write_response(&response).ok()?;
    read_response(id, &written).ok()
}

fn refusal(line: &str, finding: &Finding) -> Refusal {
    Refusal {
        line: line.to_owned(),
        rule: finding.rule.to_owned(),
        xpath: finding.column.clone(),
        text: one_line(&format!("{}; {}", finding.problem, finding.remedy)),
    }
}

/// A party as far as a response names it.
fn answering(party: &Party) -> Party {
    Party { name: None, company: None, ..party.clone() }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const REFUSED: &str = "refused line ";

/// Writes a response.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn write_response(response: &Response) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new("ApplicationResponse", NAMESPACE)?;
    xml.text("cbc:CustomizationID", rules::T58)?;
    xml.text("cbc:ProfileID", rules::WITH_RESPONSE)?;
    xml.text("cbc:ID", &response.id)?;
    xml.text("cbc:IssueDate", &response.issued.to_string())?;
    for note in &response.notes {
        xml.text("cbc:Note", note)?;
    }
    for Refusal { line, rule, xpath, text } in &response.refusals {
        xml.text("cbc:Note", &format!("{REFUSED}{line}: {rule} at {xpath}: {text}"))?;
    }
    xml.inside("cac:SenderParty", |xml| xml.party(&response.sender))?;
    xml.inside("cac:ReceiverParty", |xml| xml.party(&response.receiver))?;
    xml.inside("cac:DocumentResponse", |xml| {
        xml.inside("cac:Response", |xml| xml.text("cbc:ResponseCode", response.answer.code()))?;
        xml.inside("cac:DocumentReference", |xml| {
            xml.text("cbc:ID", &response.catalogue)?;
            response.version.as_ref().map_or(Ok(()), |version| xml.text("cbc:VersionID", version))
        })
    })?;
    xml.end()
}

/// Reads a response.
///
/// # Errors
/// What is wrong with it; the place is an XPath.
pub fn read_response(name: &str, bytes: &[u8]) -> Result<Response, Findings> {
    let root = tree::read(bytes).map_err(|finding| Findings::of(name, finding))?;
    let place = Place::root(&root);
    if root.name != "ApplicationResponse" || root.namespace != NAMESPACE {
        let remedy = "give an ApplicationResponse of UBL 2.1";
        return Err(Findings::of(name, place.error("another-kind-of-file", "", "not a response", remedy)));
    }
    let mut found = Vec::new();
    schema::check(&place, RESPONSE, &mut found);
    rules::common(&place, &mut found);
    rules::response(&place, &mut found);
    if root.all("cac:DocumentResponse").count() != 1 {
        let problem = "not one document is answered";
        found.push(place.error(
            "one-answer",
            "cac:DocumentResponse",
            problem,
            "answer one catalogue at a time",
        ));
    }
    let mut findings = Findings::new(name);
    for finding in found {
        findings.push(finding);
    }
    let text = |path| root.text_at(path).unwrap_or_default();
    let answer = Answer::CODES
        .iter()
        .find(|(code, _)| *code == text("cac:DocumentResponse/cac:Response/cbc:ResponseCode"));
    let (Some((_, answer)), Some(issued), false) =
        (answer, rules::date(text("cbc:IssueDate")), findings.has_errors())
    else {
        return Err(findings);
    };
    let (refusals, notes): (Vec<&Element>, Vec<&Element>) =
        root.all("cbc:Note").partition(|note| noted(&note.text).is_some());
    let party = |name| root.at(name).map(party).unwrap_or_default();
    let of = "cac:DocumentResponse/cac:DocumentReference";
    Ok(Response {
        id: text("cbc:ID").to_owned(),
        issued,
        refusals: refusals.into_iter().filter_map(|note| noted(&note.text)).collect(),
        notes: notes.into_iter().map(|note| note.text.clone()).collect(),
        sender: party("cac:SenderParty"),
        receiver: party("cac:ReceiverParty"),
        answer: *answer,
        catalogue: text(&format!("{of}/cbc:ID")).to_owned(),
        version: root.text_at(&format!("{of}/cbc:VersionID")).map(str::to_owned),
    })
}

fn noted(note: &str) -> Option<Refusal> {
    let (head, rest) = note.strip_prefix(REFUSED)?.split_once(" at /")?;
    let (line, rule) = head.rsplit_once(": ")?;
    let (xpath, text) = rest.split_once(": ")?;
    Some(Refusal { line: line.into(), rule: rule.into(), xpath: format!("/{xpath}"), text: text.into() })
}
