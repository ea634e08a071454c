//! A file on its way to the context that reads it, piece by piece.

use axum::body::Bytes;
use futures::stream;
use muster_kit::{Error, Result, rpc::on_behalf};
use muster_proto::{
    agency::v1 as agency,
    backoffice::v1 as backoffice,
    catalogue::v1 as catalogue,
    common::v1::{self as common, import_chunk::Part},
    directory::v1 as directory,
    staffing::v1 as staffing,
};

use super::{Caller, without_agency, without_back_office, without_catalogue};

/// Bytes of one piece.
const PIECE: usize = 512 * 1024;

/// Who reads a kind of file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Directory,
    Staffing,
    Agency,
    Catalogue,
    BackOffice,
}

/// A file as the form sent it.
#[derive(Clone, Default)]
pub(crate) struct Upload {
    pub(crate) kind: String,
    pub(crate) keep_good: bool,
    pub(crate) year: Option<i32>,
    pub(crate) file_name: String,
    pub(crate) bytes: Bytes,
}

fn pieces(upload: Upload) -> Vec<common::ImportChunk> {
    let bad_rows = if upload.keep_good { common::BadRows::KeepGood } else { common::BadRows::RefuseFile };
    let start = common::ImportStart {
        kind: upload.kind,
        file_name: upload.file_name,
        bad_rows: bad_rows as i32,
        year: upload.year,
    };
    let mut pieces = vec![common::ImportChunk { part: Some(Part::Start(start)) }];
    let data = upload
        .bytes
        .chunks(PIECE)
        .map(|piece| common::ImportChunk { part: Some(Part::Data(piece.to_vec())) });
    pieces.extend(data);
    pieces
}

/// Waits for the outcome at the end of an import's messages.
macro_rules! outcome {
    ($told:expr, $event:ident, $error:expr) => {{
        let mut told = $told.map_err($error)?.into_inner();
        while let Some(message) = told.message().await.map_err($error)? {
            if let Some($event::Outcome(outcome)) = message.event {
                return Ok(outcome);
            }
        }
        Err(Error::unavailable("the import ended without a report"))
    }};
}

/// The contracts of the contexts are alike, their types are not.
macro_rules! send {
    ($caller:ident, $client:ident, $context:ident, $upload:ident, $error:expr) => {{
        use $context::import_file_response::Event;
        let pieces =
            pieces($upload).into_iter().map(|piece| $context::ImportFileRequest { chunk: Some(piece) });
        let request = on_behalf($caller.actor, stream::iter(pieces.collect::<Vec<_>>()));
        outcome!($caller.deps.$client.clone().import_file(request).await, Event, $error)
    }};
}

impl Caller<'_> {
    /// Sends a file and waits for the report.
    pub(crate) async fn upload(&self, reader: Reader, upload: Upload) -> Result<common::ImportOutcome> {
        match reader {
            Reader::Directory => send!(self, directory, directory, upload, Error::from),
            Reader::Staffing => send!(self, staffing, staffing, upload, Error::from),
            Reader::Agency => send!(self, agency, agency, upload, without_agency),
            Reader::Catalogue => send!(self, catalogue, catalogue, upload, without_catalogue),
            Reader::BackOffice => send!(self, backoffice, backoffice, upload, without_back_office),
        }
    }

    /// How a savings tracker would be read, by a mapping or, where that is empty, by one that is proposed. Nothing is stored.
    pub(crate) async fn preview_tracker(
        &self,
        upload: Upload,
        mapping: &str,
    ) -> Result<backoffice::PreviewTrackerResponse> {
        let piece =
            |chunk| backoffice::PreviewTrackerRequest { chunk: Some(chunk), mapping: mapping.to_owned() };
        let pieces: Vec<_> = pieces(upload).into_iter().map(piece).collect();
        let request = on_behalf(self.actor, stream::iter(pieces));
        let told = self.deps.backoffice.clone().preview_tracker(request).await;
        Ok(told.map_err(without_back_office)?.into_inner())
    }

    /// Imports a savings tracker by a mapping.
    pub(crate) async fn import_tracker(
        &self,
        upload: Upload,
        mapping: &str,
    ) -> Result<common::ImportOutcome> {
        use backoffice::import_tracker_response::Event;
        let piece =
            |chunk| backoffice::ImportTrackerRequest { chunk: Some(chunk), mapping: mapping.to_owned() };
        let pieces: Vec<_> = pieces(upload).into_iter().map(piece).collect();
        let request = on_behalf(self.actor, stream::iter(pieces));
        outcome!(self.deps.backoffice.clone().import_tracker(request).await, Event, without_back_office)
    }
}
