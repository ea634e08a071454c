//! `docs/EVENTS.md` says what the contract says: it is drawn from the comments of the `events.proto` files. Run the
//! tests with `MUSTER_TEST_WRITE_DOCS=1` to write it anew.

use std::{fmt::Write, fs, path::Path};

use prost::Message;
use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet, field_descriptor_proto::Type};

/// The comment in front of an element, by its path in the file.
fn comment(file: &FileDescriptorProto, path: &[i32]) -> String {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    let found = locations.into_iter().find(|location| location.path == path);
    found
        .map(|location| location.leading_comments().split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
}

fn type_of(field: &prost_types::FieldDescriptorProto) -> String {
    let name = match field.r#type() {
        Type::Message | Type::Enum => field.type_name().trim_start_matches('.').to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    if field.label() == prost_types::field_descriptor_proto::Label::Repeated {
        format!("list of {name}")
    } else {
        name
    }
}

fn message(text: &mut String, file: &FileDescriptorProto, place: usize, message: &DescriptorProto) {
    let place = i32::try_from(place).expect("few messages");
    let says = comment(file, &[4, place]);
    let Some((event, rest)) = says.strip_prefix('`').and_then(|says| says.split_once('`')) else { return };
    let _ = writeln!(text, "\n## {event}\n\n`{}.{}`{}\n", file.package(), message.name(), rest);
    let _ = writeln!(text, "| field | type | meaning |\n|---|---|---|");
    for (number, field) in message.field.iter().enumerate() {
        let number = i32::try_from(number).expect("few fields");
        let meaning = comment(file, &[4, place, 2, number]).replace('|', "\\|");
        let _ = writeln!(text, "| {} | {} | {meaning} |", field.name(), type_of(field));
    }
}

fn document() -> String {
    let set = FileDescriptorSet::decode(muster_proto::DESCRIPTORS).expect("the descriptors");
    let mut text = String::from(
        "# Events\n\nDrawn from the comments of `proto/muster/*/v1/events.proto`; a test keeps the two the same.\n\n\
         Subject: `muster.v1.<own|shared>.<organisation>.<context>.<aggregate>.<event>`. CloudEvents 1.0 in binary mode: \
         the attributes travel as `ce-*` headers, the body is the protobuf message. `ce-id` is a UUIDv7 and also the \
         message id by which a broker recognises a repeat.\n",
    );
    for file in set.file.iter().filter(|file| file.name().ends_with("events.proto")) {
        for (place, one) in file.message_type.iter().enumerate() {
            message(&mut text, file, place, one);
        }
    }
    text
}

#[test]
fn the_document_says_what_the_contract_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("docs/EVENTS.md");
    let drawn = document();
    for event in ["staffing.baseline.recorded", "staffing.forecast.published", "directory.grouping.changed"] {
        assert!(drawn.contains(&format!("## {event}\n")), "{event} has no comment of its name");
    }
    if std::env::var_os("MUSTER_TEST_WRITE_DOCS").is_some() {
        fs::write(&path, &drawn).expect("the document is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == drawn, "docs/EVENTS.md is old: run this test with MUSTER_TEST_WRITE_DOCS=1");
}
