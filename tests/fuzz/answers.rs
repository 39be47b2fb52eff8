//! What providers answer: the first line of an input is the status and the content type, the rest is the body.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::image_request::ImageRequest;
use domain::outcome::{Billed, CallFailure};
use domain::persona::PersonaRequest;
use domain::{ApiKey, Provider, Usd, catalogue::Catalogue};
use providers::{Drawn, Endpoints, Progress, Providers, Verification};
use zeroize::Zeroizing;

use super::inputs;
use crate::support::{MODEL, api_key};
use crate::wire::double::{Double, answer};

/// Stands in every body of the corpus where a provider says something in its own words.
const CANARY: &str = "CANARY";

/// A provider that answers with what it is given.
struct Mouth {
    says: Arc<Mutex<(u16, String, Vec<u8>)>>,
    providers: Providers,
    url: String,
}

impl Mouth {
    async fn open() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let says = Arc::new(Mutex::new((200, String::new(), Vec::new())));
        let told = says.clone();
        let double = Double::start(move |own: &str, _: &_| {
            let (status, content_type, body) = told.lock().unwrap().clone();
            // Addresses in the answer lead back here, or the order is refused before anything else is looked at.
            let body =
                String::from_utf8(body).map(|text| text.replace("https://api.bfl.ai", own).into_bytes());
            let body = body.unwrap_or_else(|error| error.into_bytes());
            answer(status, &[("content-type", &content_type)], body)
        });
        let url = double.await.url;
        let endpoints = Endpoints::usual_or(|_| Some(url.clone()));
        Self { says, providers: Providers::new(endpoints).unwrap(), url }
    }

    /// Whether an address is this double's, or the real provider's own, to which a gateway may point as well.
    fn is_theirs(&self, address: &str) -> bool {
        let url = reqwest::Url::parse(address).unwrap();
        let official =
            |host: &str| [".bfl.ai", ".bfl.ml"].iter().any(|domain| format!(".{host}").ends_with(domain));
        let own = url.origin() == reqwest::Url::parse(&self.url).unwrap().origin();
        own || (url.scheme() == "https" && url.port().is_none() && url.domain().is_some_and(official))
    }

    /// What is said next.
    fn say(&self, input: &[u8]) {
        let line = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let (line, body) = input.split_at(line);
        let line = String::from_utf8_lossy(line);
        let (status, kind) = line.split_once(' ').unwrap_or((&line, "application/json"));
        let status = status.parse().ok().filter(|status| (200..600).contains(status)).unwrap_or(200);
        let kind = if http::HeaderValue::from_str(kind).is_ok() { kind } else { "text/plain" };
        *self.says.lock().unwrap() = (status, kind.to_owned(), body.get(1..).unwrap_or_default().to_vec());
    }
}

/// What is kept of a failure is in our own words, and short.
fn in_our_words(failure: &CallFailure) -> String {
    assert!(!failure.message.is_empty() && failure.message.len() < 1_000, "{failure:?}");
    assert!(!failure.message.contains(CANARY), "{failure:?}");
    costs(failure.billed);
    format!("{:?}", failure.class)
}

/// A bill can be reckoned, however large its numbers are.
fn costs(billed: Billed) -> Usd {
    let prices = Catalogue::shipped().models.iter().filter_map(|model| model.price.as_ref());
    match billed {
        Billed::Tokens(usage) => prices.fold(Usd::ZERO, |sum, price| sum + price.of_tokens(&usage)),
        Billed::Amount(amount) => amount + amount,
        Billed::Nothing | Billed::Unsaid => Usd::ZERO,
    }
}

fn verified(verification: Verification) -> String {
    match verification {
        Verification::Accepted { balance } => {
            costs(balance.map_or(Billed::Unsaid, Billed::Amount));
            "accepted".to_owned()
        }
        Verification::Unproven => "unproven".to_owned(),
        Verification::Refused(failure) | Verification::NoAnswer(failure) => in_our_words(&failure),
    }
}

/// Lets a provider say every input of a target, and counts what is made of it.
async fn listen(
    target: &'static str,
    provider: Provider,
    ask: impl AsyncFn(&Mouth, &ApiKey) -> String,
) -> BTreeMap<String, usize> {
    let mouth = Mouth::open().await;
    let api_key = ApiKey::parse(provider, Zeroizing::new(api_key(provider, "ok"))).unwrap();
    let mut ends = BTreeMap::new();
    for input in inputs(target, 1_000) {
        mouth.say(&input.bytes);
        let end = tokio::time::timeout(Duration::from_secs(20), ask(&mouth, &api_key)).await;
        *ends.entry(end.expect("an answer that is there is read at once")).or_default() += 1;
        verified(mouth.providers.verify(provider, &api_key).await);
    }
    println!("{target}: {ends:?}");
    assert!(ends.len() > 3, "{ends:?}");
    ends
}

#[tokio::test]
async fn openais_answers_are_an_image_or_a_failure() {
    let request = ImageRequest::plain(MODEL, "a fox");
    let ends = listen("openai", Provider::Openai, async |mouth, api_key| {
        match mouth.providers.make_image(Provider::Openai, api_key, &request, Vec::new()).await {
            Ok(Drawn::Image(made)) => {
                costs(made.billed);
                assert!(imagesize::blob_size(&made.bytes).is_ok(), "{} bytes", made.bytes.len());
                "an image".to_owned()
            }
            Ok(Drawn::Ordered(_)) => panic!("OpenAI takes no orders"),
            Err(failure) => in_our_words(&failure),
        }
    });
    assert!(ends.await.contains_key("an image"), "the corpus holds a good one");
}

#[tokio::test]
async fn black_forest_labs_answers_to_an_order_are_an_order_or_a_failure() {
    let request = ImageRequest::plain("flux-2-pro", "a fox");
    let ends = listen("bfl_order", Provider::Bfl, async |mouth, api_key| {
        match mouth.providers.make_image(Provider::Bfl, api_key, &request, Vec::new()).await {
            Ok(Drawn::Ordered(ordered)) => {
                assert!(mouth.is_theirs(&ordered.polling_url), "{ordered:?}");
                assert!(ordered.id.bytes().all(|byte| byte.is_ascii_graphic()));
                "an order".to_owned()
            }
            Ok(Drawn::Image(_)) => panic!("Black Forest Labs takes orders"),
            Err(failure) => in_our_words(&failure),
        }
    });
    assert!(ends.await.contains_key("an order"), "the corpus holds a good one");
}

#[tokio::test]
async fn black_forest_labs_answers_to_a_question_never_lose_the_order() {
    let ends = listen("bfl_ask", Provider::Bfl, async |mouth, api_key| {
        let url = format!("{}/v1/get_result?id=1", mouth.url);
        match mouth.providers.ask(Provider::Bfl, api_key, &url).await {
            Progress::Ready(sample) => {
                // Nothing here asks the real one for anything.
                if sample.url.starts_with(&mouth.url) {
                    let fetched = mouth.providers.fetch(&sample).await;
                    assert!(fetched.is_err(), "what is said is never an image");
                }
                "ready".to_owned()
            }
            Progress::Working => "working".to_owned(),
            Progress::NotFound => "not found".to_owned(),
            Progress::Failed(failure) => format!("failed: {}", in_our_words(&failure)),
            Progress::Unanswered(failure) => format!("unanswered: {}", in_our_words(&failure)),
        }
    });
    assert!(ends.await.contains_key("ready"), "the corpus holds a good one");
}

#[tokio::test]
async fn claudes_answers_are_a_persona_or_a_failure() {
    let request = PersonaRequest {
        model: "claude-haiku-5-5".to_owned(),
        brief: "a baker".to_owned(),
        language: "en".to_owned(),
    };
    let ends = listen("anthropic", Provider::Anthropic, async |mouth, api_key| {
        match mouth.providers.write_persona(Provider::Anthropic, api_key, &request).await {
            Ok(written) => {
                costs(written.billed);
                assert!(written.traits.checked().is_ok());
                "a persona".to_owned()
            }
            Err(failure) => in_our_words(&failure),
        }
    });
    assert!(ends.await.contains_key("a persona"), "the corpus holds a good one");
}
