//! Editions as documents, in pieces.

use muster_kit::actor::ActorRole;
use muster_proto::backoffice::v1 as pb;
use muster_testkit::{TestDb, on_both_databases};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    editions::{freeze, programme},
    node::Node,
};

on_both_databases!(muster_backoffice::Migrator; the_hash_of_an_edition_is_worked_out_from_its_document,
    what_was_issued_is_issued_again_to_the_byte, what_there_is_not_is_refused,
    the_public_document_names_nobody_and_counts_what_it_lacks);

/// The pieces put together: name and bytes.
async fn export(
    node: &Node,
    number: i64,
    (format, public_only): (&str, bool),
) -> Result<(String, Vec<u8>), tonic::Status> {
    let request = pb::ExportEditionRequest { number, format: format.into(), public_only };
    let mut pieces = node.client().export_edition(node.ask(request)).await?.into_inner();
    let (mut names, mut bytes) = (Vec::new(), Vec::new());
    while let Some(piece) = pieces.message().await? {
        assert!(piece.content.len() <= 256 * 1_024 && !piece.content.is_empty());
        names.push(piece.file_name);
        bytes.extend(piece.content);
    }
    assert!(names[1..].iter().all(String::is_empty), "the name is in the first piece");
    Ok((names.remove(0), bytes))
}

/// The hash as somebody without this program works it out, from the document and what is written of it.
fn worked_out(text: &str, document: &Value) -> String {
    let head = &document["edition"];
    let names = ["previous_sha256", "number", "frozen_by", "signed_as", "frozen_at_micros", "note", "as_of"];
    let of: Vec<&Value> = names.iter().map(|name| &head[*name]).collect();
    let mut hash = Sha256::new();
    hash.update(json!(of).to_string());
    let figures = text.split_once("\"figures\":[\n").unwrap().1.split_once("\n],\n").unwrap().0;
    for line in figures.lines() {
        hash.update("\n");
        hash.update(line.strip_suffix(',').unwrap_or(line));
    }
    hex::encode(hash.finalize())
}

async fn the_hash_of_an_edition_is_worked_out_from_its_document(db: TestDb) {
    let node = Node::new(&db);
    programme(&node).await;
    for head in [freeze(&node).await, freeze(&node).await] {
        let (name, bytes) = export(&node, head.number, ("json", false)).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(name, format!("board-update-{}.json", head.number));
        assert_eq!(document["edition"]["sha256"], head.sha256);
        assert_eq!(worked_out(&text, &document), head.sha256);
        assert_eq!(document["figures"].as_array().unwrap().len() as u64, head.figures);
        assert_eq!(document["since"].is_null(), head.number == 1);
    }
}

/// The page of an edition.
async fn page(node: &Node, number: i64, public_only: bool) -> String {
    String::from_utf8(export(node, number, ("html", public_only)).await.unwrap().1).unwrap()
}

async fn what_was_issued_is_issued_again_to_the_byte(db: TestDb) {
    let node = Node::new(&db);
    let claim = programme(&node).await;
    freeze(&node).await;
    let before = export(&node, 1, ("pdf", false)).await.unwrap();
    node.finance().reject(&claim, "posted twice").await.unwrap();
    freeze(&node).await;
    let first = page(&node, 1, false).await;
    assert!(first.contains(">£896.25<") && first.contains("irreconcilable: shown as printed"), "{first}");
    let latest = page(&node, 0, false).await;
    assert!(latest.contains("Board update no. 2") && latest.contains("other than in edition 1"), "{latest}");
    assert!(export(&node, 1, ("xlsx", false)).await.unwrap().1.starts_with(b"PK"));
    assert_eq!(export(&node, 1, ("pdf", false)).await.unwrap(), before);
}

async fn what_there_is_not_is_refused(db: TestDb) {
    let node = Node::new(&db);
    let missing = export(&node, 0, ("html", false)).await.unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
    freeze(&node).await;
    let other = export(&node, 1, ("docx", false)).await.unwrap_err();
    assert_eq!(other.code(), tonic::Code::InvalidArgument);
    assert_eq!(other.message(), "no format `docx`: html, pdf, xlsx or json");
    let stranger = node.account("local", "QWE", ActorRole::Administrator);
    assert_eq!(export(&stranger, 1, ("json", false)).await.unwrap_err().code(), tonic::Code::NotFound);
}

async fn the_public_document_names_nobody_and_counts_what_it_lacks(db: TestDb) {
    let node = Node::new(&db);
    programme(&node).await;
    freeze(&node).await;
    let (name, bytes) = export(&node, 1, ("json", true)).await.unwrap();
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((name.as_str(), &document["variant"]), ("board-update-1-public.json", &json!("public")));
    let figures = document["figures"].as_array().unwrap();
    assert!(figures.iter().all(|it| it["public"] == true && it["evidence"] == json!([])));
    let left_out = document["left_out"].as_i64().unwrap();
    assert!(
        left_out > 0 && document["edition"]["figures"] == left_out + i64::try_from(figures.len()).unwrap()
    );
    let page = page(&node, 1, true).await;
    assert!(page.contains(&format!("{left_out} of {} figures are left out", document["edition"]["figures"])));
    assert!(!page.contains("(local)") && !page.contains("61000"), "{page}");
}
