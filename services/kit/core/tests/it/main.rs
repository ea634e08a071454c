//! What of the kit needs sockets.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod server;
