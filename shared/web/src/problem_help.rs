//! What the page of a kind of problem says. What is wrong with one request is in its `detail`; this is for whoever
//! follows the link in its `type`.

use crate::ProblemKind;

/// The two parts of the page.
#[derive(Clone, Copy, Debug)]
pub struct Help {
    /// What has happened, and what has not.
    pub happened: &'static str,
    /// What to do now.
    pub to_do: &'static str,
}

impl ProblemKind {
    /// What the page at the problem's `type` says.
    pub const fn help(self) -> Help {
        let (happened, to_do) = self.words();
        Help { happened, to_do }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Unauthorized => (
                "The request came without a token, or its token is expired, of another issuer, or one that only says who \
                 you are.",
                "Sign in again and send the access token as `Authorization: Bearer ...`. It must name your account and you.",
            ),
            Self::MissingScope => (
                "The token is good, but it does not have the scope that this request needs. `scope` in the answer names it.",
                "Get a token that has the scope. Scopes are granted where you sign in, by whoever runs the stack.",
            ),
            Self::NotFound => (
                "There is nothing at this address in your account. It may never have been there, be deleted, or belong to \
                 somebody else: the answer is the same.",
                "Check the id. Lists such as `/v1/jobs` show what there is.",
            ),
            Self::UnknownProvider => (
                "The address names a provider that Ownkey does not know.",
                "Take one of those that the answer names.",
            ),
            Self::MethodNotAllowed => (
                "The address exists and does not take this method. Nothing was done.",
                "The `Allow` header of the answer says which methods it takes.",
            ),
            Self::InvalidJson => (
                "The body breaks off, or goes wrong at the place that the answer names. Nothing was done.",
                "Send one JSON object. Most often a comma or a quotation mark is missing, or there is one too many.",
            ),
            Self::InvalidRequest => (
                "A field, a query parameter or a part of the path is missing, unknown or of the wrong kind. `field` names it \
                 where it can be named. Nothing was done.",
                "Compare the request with its description at `/openapi.json`. Unknown fields are refused, so that a \
                 misspelt one is not silently without effect.",
            ),
            Self::UnsupportedMediaType => (
                "The body is not announced as JSON. Nothing was done.",
                "Send the header `Content-Type: application/json`.",
            ),
            Self::PayloadTooLarge => (
                "The body has more bytes than `limit_bytes` says. Nothing was done.",
                "Make several smaller requests of it. Photos do not go through a body: `POST /v1/uploads` gives a form for \
                 them.",
            ),
            Self::ApiKeyMalformed => (
                "The text cannot be an API key of this provider: it is too short, too long, has other characters, or looks \
                 like another provider's. Nothing was stored, and nobody was asked.",
                "Copy the whole API key from the provider's page and send it to the right provider's address.",
            ),
            Self::ApiKeyRejected => (
                "The provider was asked and does not accept the API key. Nothing was stored; the one that was there before \
                 stays in use.",
                "Check that it was copied whole, was not revoked, and may do what `code` and the detail speak of.",
            ),
            Self::ProviderUnavailable => (
                "The provider did not answer, so that nobody knows yet whether the API key is good. Nothing was stored.",
                "Try again in a minute, or store it unchecked with `?verify=false`; it is then checked by its first use.",
            ),
            Self::UnknownModel => (
                "There is no such model, or it makes something else. Nothing was queued.",
                "Take one of those at `/v1/models`.",
            ),
            Self::ModelRetired => (
                "The provider has shut the model down or is about to, so it takes no new jobs. Nothing was queued.",
                "Use the model that `replacement` names. `/v1/models` shows what else there is.",
            ),
            Self::ProjectArchived => (
                "The project takes no new jobs and no API keys. What it has stays, and what waits in it goes on.",
                "Take it up again with `PUT /v1/projects/{project}` and an empty object, or name another project.",
            ),
            Self::InvalidParameter => (
                "A field has a value that it cannot have, by itself or together with another. `field` names it. Nothing was \
                 queued.",
                "The detail says what it may be. For models, `parameters` at `/v1/models` says it too.",
            ),
            Self::IdempotencyKeyReused => (
                "The `Idempotency-Key` was sent within the last 24 hours with another request. Nothing was done.",
                "Send the same body again to hear what became of it, or take a new `Idempotency-Key` for a new request.",
            ),
            Self::PreconditionFailed => (
                "Somebody has changed it since the version that `If-Match` names. Nothing was changed.",
                "Read it again, look at what is there now, and send the change with the new `ETag`.",
            ),
            Self::BatchRefused => (
                "Some jobs of the batch do not fit. `items` names each by its `index`, with its own problem. Nothing was \
                 queued.",
                "Mend those, or send `\"partial\": true` to have the others queued all the same.",
            ),
            Self::JobStateConflict => (
                "The job is in a `state` that does not allow this, such as a retry of one that has succeeded. Nothing was \
                 changed.",
                "Read the job and see the detail. A job whose outcome is unknown wants your word that it may be charged twice.",
            ),
            Self::ImageNotReady => (
                "The job has no image: it has not succeeded yet, has failed, or makes something else.",
                "Look at the job again after `Retry-After`. It carries its image once it has succeeded.",
            ),
            Self::ConsentNeeded => (
                "A photo of a person is used only with that person's agreement, and nobody has said that there is one. \
                 Nothing was made.",
                "Ask the person shown, then send `\"consent\": true`. It goes on record who said so.",
            ),
            Self::UploadMissing => (
                "The photo is not there yet: it was announced, and its form was not sent.",
                "Send the form that the upload was made with, all `fields` first and `file` last, within five minutes. After \
                 that, make a new upload.",
            ),
            Self::UploadUnusable => (
                "What was uploaded is no photo that can be used, for the reason that the detail gives. It is deleted.",
                "Make a new upload with a JPEG, PNG or WebP file of up to 10 MiB and 40 megapixels.",
            ),
            Self::Conflict => (
                "Somebody else changed the same thing at the same moment, several times over. Nothing was changed by this \
                 request.",
                "Read it again, then repeat the request if it is still what you want.",
            ),
            Self::AccountBeingErased => (
                "Somebody with the right to do so has asked for the account to be erased. Its API keys are gone, the rest \
                 goes now, and until then it takes no requests. Nothing was done. The record can still be read.",
                "Wait some minutes, or until its last job has ended. After that the account is empty, and can be used anew.",
            ),
            Self::TooManyWebhooks => (
                "The account has as many webhooks as it may have. Nothing was made.",
                "Delete one that is not needed any more, or give one more events: one receiver can hear of everything.",
            ),
            Self::TooManyRequests => (
                "Your account has reached a limit: requests a second, jobs an hour, or jobs unfinished at the same time. \
                 `RateLimit-Policy` names them all. Nothing was done.",
                "Wait as long as `Retry-After` says, and ask for fewer at a time. The limits are set by whoever runs the \
                 stack.",
            ),
            Self::Unavailable => (
                "A service behind Ownkey did not answer in time. What was asked for may have been done or not.",
                "Look whether it was done, then try again after `Retry-After`. With an `Idempotency-Key` a repeat does \
                 nothing twice.",
            ),
            Self::Internal => (
                "Ownkey has made a mistake. It is in the logs, under the `X-Request-Id` of the answer.",
                "Try again once. If it happens again, tell whoever runs the stack, with the request id.",
            ),
        }
    }
}
