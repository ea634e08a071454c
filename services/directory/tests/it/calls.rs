//! The contract's calls, over the in-process channel that other contexts use.

use futures::stream;
use muster_kit::{Actor, ErrorCode, actor::ActorRole, rpc};
use muster_proto::{
    common::v1 as common,
    directory::v1::{
        self as pb, directory_service_client::DirectoryServiceClient, import_file_response::Event,
    },
};
use tonic::{Code, service::Routes};

use crate::house::{House, payments};

fn client(house: &House) -> DirectoryServiceClient<rpc::Channel> {
    let routes = Routes::new(muster_directory::server(house.deps.clone()));
    DirectoryServiceClient::new(rpc::in_process(routes))
}

/// Sends a file in pieces; gives the phases told and the outcome.
async fn upload(
    house: &House,
    actor: &Actor,
    (kind, name, text): (&str, &str, String),
) -> Result<(Vec<String>, common::ImportOutcome), tonic::Status> {
    use common::import_chunk::Part;
    let start = common::ImportStart { kind: kind.into(), file_name: name.into(), ..Default::default() };
    let mut parts = vec![Part::Start(start)];
    parts.extend(text.as_bytes().chunks(100).map(|piece| Part::Data(piece.to_vec())));
    let pieces = parts
        .into_iter()
        .map(|part| pb::ImportFileRequest { chunk: Some(common::ImportChunk { part: Some(part) }) });
    let pieces: Vec<_> = pieces.collect();
    let mut answers =
        client(house).import_file(rpc::on_behalf(actor, stream::iter(pieces))).await?.into_inner();
    let (mut phases, mut outcome) = (Vec::new(), None);
    while let Some(answer) = answers.message().await? {
        match answer.event {
            Some(Event::Progress(progress)) => phases.push(progress.phase),
            Some(Event::Outcome(last)) => outcome = Some(last),
            None => {}
        }
    }
    Ok((phases, outcome.expect("the outcome comes last")))
}

fn two_practices() -> String {
    payments(&[("G85034", "08Q", "", "11369"), ("G85012", "08Q", "12/09/2015", "20645.5")])
}

#[tokio::test]
async fn a_file_goes_up_in_pieces_and_its_practices_come_back() {
    let house = House::new().await;
    let file = ("gp-payments", "payments 15-16.csv", two_practices());
    let (phases, outcome) = upload(&house, &house.actor, file.clone()).await.unwrap();
    assert_eq!(phases, ["reading", "checking", "storing"]);
    assert_eq!((outcome.refused, outcome.rows_read, outcome.rows_kept), (false, 2, 2));
    let (_, again) = upload(&house, &house.actor, file).await.unwrap();
    assert!(again.already_imported);
    assert_eq!(again.import_id, outcome.import_id);

    let mut client = client(&house);
    let request = pb::GetOrganisationRequest { ods_code: "g85012".into(), as_of: "2016-03-31".into() };
    let answer = client.get_organisation(rpc::unary(&house.actor, request)).await.unwrap().into_inner();
    let organisation = answer.organisation.unwrap();
    assert_eq!(organisation.postcode, "SE1 6JP");
    assert_eq!(
        (organisation.closed.as_str(), organisation.registered_patients),
        ("2015-09-12", Some(20_646))
    );
    assert_eq!(organisation.provenance.unwrap().reference_id, outcome.import_id);
    assert!(organisation.borough_basis.contains("commissioner"));

    let request =
        pb::ListPlacesRequest { as_of: "2016-03-31".into(), area: "Southwark".into(), ..Default::default() };
    let places = client.list_places(rpc::unary(&house.actor, request)).await.unwrap().into_inner().places;
    assert_eq!(places.len(), 1);
    assert_eq!(places[0].lists[0].registered_milli, 11_369_000);
    let kinds: Vec<_> = places[0].memberships.iter().map(pb::Membership::kind).collect();
    assert_eq!(kinds, [pb::GroupingKind::Borough, pb::GroupingKind::Commissioner, pb::GroupingKind::System]);

    let imports =
        client.list_imports(rpc::unary(&house.actor, pb::ListImportsRequest::default())).await.unwrap();
    assert_eq!(imports.into_inner().imports.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_an_outcome_and_a_wrong_kind_an_error() {
    let house = House::new().await;
    let (_, outcome) =
        upload(&house, &house.actor, ("gp-payments", "p 15-16.csv", String::new())).await.unwrap();
    assert!(outcome.refused && outcome.import_id.is_empty());
    assert_eq!(outcome.findings[0].rule, "empty-file");
    let error = upload(&house, &house.actor, ("shifts", "shifts.csv", two_practices())).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.message().contains("gp-payments"), "{}", error.message());
}

#[tokio::test]
async fn who_only_reads_may_not_import() {
    let house = House::new().await;
    let reader = Actor { id: "reader".into(), roles: vec![ActorRole::Reader], ..house.actor.clone() };
    let file = ("gp-payments", "payments 15-16.csv", two_practices());
    let error = upload(&house, &reader, file).await.unwrap_err();
    assert_eq!(error.code(), Code::PermissionDenied);
    assert!(house.events().await.is_empty());
    let nobody = client(&house).list_places(pb::ListPlacesRequest::default()).await.unwrap_err();
    assert_eq!(muster_kit::Error::from(nobody).code(), ErrorCode::Unauthenticated);
}

#[tokio::test]
async fn wrong_words_in_a_request_are_named() {
    let house = House::new().await;
    let mut client = client(&house);
    let request = pb::ListPlacesRequest { as_of: "31/03/2016".into(), ..Default::default() };
    let error = client.list_places(rpc::unary(&house.actor, request)).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    let request = pb::ListGroupingsRequest { kind: 99, ..Default::default() };
    let error = client.list_groupings(rpc::unary(&house.actor, request)).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
}
