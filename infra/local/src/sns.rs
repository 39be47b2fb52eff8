//! A small SNS on loopback: it takes mails to the team, as the AWS SDKs send them, and keeps each as a file. Nobody gets
//! them; `GET /local/mail` shows them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use web::reply;

/// The one topic there is.
pub const TEAM_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:team";

/// How many mails are shown, the newest first.
const SHOWN: usize = 100;

/// The longest message that SNS takes, in bytes (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>).
const LONGEST_MESSAGE: usize = 262_144;

/// The mails, in a folder.
#[derive(Clone)]
pub(crate) struct Mails {
    folder: Arc<PathBuf>,
}

/// As much of `Publish` as Ownkey sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Publish {
    action: String,
    #[serde(rename = "Version")]
    _version: String,
    topic_arn: String,
    subject: String,
    message: String,
}

#[derive(Serialize)]
struct Mail {
    subject: String,
    text: String,
}

impl Mails {
    /// Those that lie in a folder, which is made if need be.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: Arc::new(folder.to_owned()) })
    }

    /// `POST /`, the Query API of SNS.
    pub(crate) fn service(self) -> Router {
        Router::new().route("/", post(publish)).with_state(self)
    }

    /// `GET /local/mail`: what has gone out.
    pub(crate) fn shown(self) -> Router {
        Router::new().route("/local/mail", get(show)).with_state(self)
    }

    /// Names sort by time, and each file is the mail as somebody would read it.
    fn keep(&self, mail: &Publish) -> io::Result<String> {
        let id = uuid::Builder::from_unix_timestamp_millis(
            u64::try_from(runtime::now().as_millisecond()).unwrap_or(0),
            &runtime::random(),
        );
        let id = id.into_uuid().to_string();
        let (new, file) = (self.folder.join(format!("{id}.new")), self.folder.join(format!("{id}.txt")));
        std::fs::write(&new, format!("{}\n\n{}", mail.subject, mail.message))?;
        std::fs::rename(new, file)?;
        Ok(id)
    }

    fn newest(&self) -> io::Result<Vec<Mail>> {
        let mut files: Vec<_> = std::fs::read_dir(&*self.folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .collect();
        files.sort();
        let mails = files.into_iter().rev().take(SHOWN).map(|path| {
            let text = std::fs::read_to_string(path)?;
            let (subject, text) = text.split_once("\n\n").unwrap_or(("", &text));
            Ok(Mail { subject: subject.to_owned(), text: text.to_owned() })
        });
        mails.collect()
    }
}

async fn publish(State(mails): State<Mails>, Form(mail): Form<Publish>) -> Response {
    let refused = |code: &str, message: &str| {
        let body = format!(
            "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>local</RequestId></ErrorResponse>"
        );
        (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, "text/xml")], body).into_response()
    };
    if mail.action != "Publish" {
        return refused("InvalidAction", "this SNS has Publish only");
    }
    if mail.topic_arn != TEAM_TOPIC {
        return refused("NotFound", "Topic does not exist");
    }
    let fits = (1..=100).contains(&mail.subject.len())
        && mail.subject.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !fits {
        return refused("InvalidParameter", "Invalid parameter: Subject");
    }
    if mail.message.is_empty() || mail.message.len() > LONGEST_MESSAGE {
        return refused("InvalidParameter", "Invalid parameter: Message");
    }
    match mails.keep(&mail) {
        Ok(id) => {
            let body = format!(
                "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>{id}\
                 </MessageId></PublishResult><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
                 </PublishResponse>"
            );
            ([(CONTENT_TYPE, "text/xml")], body).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "mail not kept");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn show(State(mails): State<Mails>) -> Result<Response, web::Problem> {
    let mails = mails.newest().map_err(|error| {
        tracing::error!(%error, "mails not read");
        domain::Fault::Broken
    })?;
    Ok(reply::page(&mails, None))
}
