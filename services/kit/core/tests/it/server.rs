//! A stop ends within the grace period whatever clients do, and calls that are at work still end well.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use futures::{StreamExt, stream};
use muster_kit::{Actor, OrgCode, server, shutdown::Shutdown, sign_in::SignIn};

fn request(address: std::net::SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    stream
}

fn read_some(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 1024];
    let length = stream.read(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

async fn stop_with_clients(grace: Duration, endless: bool) -> (Duration, String) {
    let sign_in = SignIn::None(OrgCode::new("QKK").unwrap());
    let listener = server::bind(([127, 0, 0, 1], 0).into(), &sign_in).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let inner = shutdown.clone();
    let router = Router::new()
        .route(
            "/stream",
            get(move || async move {
                let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"first"))]);
                let rest = first.chain(stream::pending());
                // a stream that follows the rule ends at the stop; one that does not is closed after the grace period
                if endless { Body::from_stream(rest) } else { Body::from_stream(inner.until(rest)) }
            }),
        )
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                "done"
            }),
        );
    let serving = tokio::spawn(server::serve(listener, router, shutdown.clone(), grace));
    let _silent = TcpStream::connect(address).unwrap();
    let mut open = request(address, "/stream");
    assert!(read_some(&mut open).contains("200 OK"));
    let slow = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        let _ = request(address, "/slow").read_to_string(&mut text);
        text
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    shutdown.begin();
    serving.await.unwrap().unwrap();
    let taken = begun.elapsed();
    assert!(TcpStream::connect(address).is_err(), "still accepting");
    (taken, slow.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_client_and_a_stream_that_follows_the_rule_hold_nothing_up() {
    let (taken, slow) = stop_with_clients(Duration::from_secs(20), false).await;
    assert!(taken < Duration::from_secs(5), "{taken:?}");
    assert!(slow.ends_with("done"), "the call at work was cut: {slow}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_stream_is_closed_when_the_grace_period_is_over() {
    let grace = Duration::from_secs(1);
    let (taken, slow) = stop_with_clients(grace, true).await;
    assert!(taken >= grace && taken < grace * 5, "{taken:?}");
    assert!(slow.ends_with("done"), "the call at work was cut: {slow}");
}

#[tokio::test]
async fn a_call_without_a_known_token_never_reaches_a_service() {
    use tower::ServiceExt;
    let router = Router::new().route("/x.Service/Method", get(|| async { "reached" }));
    let guarded = server::guarded(router, Arc::new(SignIn::Tokens(std::collections::HashMap::new())));
    let request = || http::Request::builder().uri("/x.Service/Method").body(Body::empty()).unwrap();
    let refused = guarded.clone().oneshot(request()).await.unwrap();
    assert_eq!(refused.headers()["grpc-status"], "16");
    let mut inside = request();
    inside.extensions_mut().insert(Actor::local(OrgCode::new("QKK").unwrap()));
    let reached = guarded.oneshot(inside).await.unwrap();
    assert!(reached.headers().get("grpc-status").is_none());
}
