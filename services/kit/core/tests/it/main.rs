//! What of the kit needs sockets.

mod server;
