//! Pages, JSON, gRPC, gRPC-web, reflection and health on one port.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use muster_kit::rpc;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::system::{Shape, System, get_status};

/// A call as a browser makes it: HTTP/1.1, the message in one frame; gives the head and the body.
fn grpc_web(port: u16, method: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time limit");
    let frame = [0_u8; 5];
    write!(
        stream,
        "POST /{method} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/grpc-web+proto\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        frame.len()
    )
    .expect("the head is sent");
    stream.write_all(&frame).expect("the message is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_answers_on_one_port() {
    let Some(system) = System::start(Shape::OneProcess).await else { return };
    let port = system.port("web");
    let channel = rpc::remote(&format!("http://127.0.0.1:{port}"), None).expect("a channel");

    for service in ["", "muster.directory.v1.DirectoryService", "muster.staffing.v1.StaffingService"] {
        let request = HealthCheckRequest { service: service.into() };
        let answer = HealthClient::new(channel.clone()).check(request).await.expect("health").into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service}");
    }

    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answers =
        ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::iter([ask])).await;
    let answer = answers.expect("reflection").into_inner().message().await.expect("an answer").expect("one");
    let Some(MessageResponse::ListServicesResponse(listed)) = answer.message_response else {
        panic!("no list of services: {answer:?}")
    };
    for service in
        ["directory.v1.DirectoryService", "staffing.v1.StaffingService", "operations.v1.OperationsService"]
    {
        assert!(
            listed.service.iter().any(|one| one.name == format!("muster.{service}")),
            "{service} is not listed"
        );
    }

    let (head, body) = grpc_web(port, "muster.staffing.v1.StaffingService/ListParameters");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("application/grpc-web"), "{head}");
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("gp.leaver-rate") && text.contains("grpc-status:0"), "{text}");

    let (status, page) = get_status(port, "/").expect("a page");
    assert!(status == 200 && page.contains("<html"), "{status}");
    let (status, page) = get_status(port, "/no/such/page").expect("a page");
    assert!(status == 404 && page.contains("<html"), "{status}");
}
