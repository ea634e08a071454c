//! Electronic catalogues of Peppol BIS 3 in UBL 2.1: the catalogue (transaction T19) and its response (T58), read,
//! checked by the rules of the format, and written; what is written is read back equal. And invoices, which are only read.

mod convert;
mod document;
mod invoice;
mod read;
mod response;
mod rules;
mod schema;
mod tree;
mod write;

pub use convert::{Heading, Taken, catalogue, offers};
pub use document::{Action, Catalogue, Identifier, Line, LineItem, Party, Price};
pub use invoice::{Billed, INVOICE, is_invoice, read_invoice};
pub use read::{CatalogueRead, RefusedLine, read_catalogue};
pub use response::{Answer, Refusal, Response, read_response, reject, respond, write_response};
pub use tree::MOST_BYTES;
pub use write::write_catalogue;
