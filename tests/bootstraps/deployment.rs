//! The stack of the template on the emulators, and those who call its functions: the HTTP API, the queues, the clock.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::Message;
use local::TEAM_TOPIC;
use serde_json::{Value, json};
use tokio::process::Command;

use super::template::{Made, Template};
use crate::support::runtime_api::{Function, http_event};
use crate::support::{Answer, TestStack};

/// What a person who signs in may do.
const EVERYTHING: &str = "keys:read keys:write jobs:read jobs:write account:read account:write audit:read";

/// A deployed stack.
pub struct Deployment {
    pub stack: TestStack,
    template: Template,
    made: Made,
    running: HashMap<String, (Function, Instant)>,
    /// What functions are told otherwise than usual.
    told: HashMap<&'static str, String>,
    /// How long each function took from its start to its first answer.
    pub first_answers: BTreeMap<String, Duration>,
}

impl Deployment {
    /// Makes what the template says, each thing called by its own name in the stack.
    pub async fn create() -> Self {
        let stack = TestStack::start_with(|options| options.workers = false).await;
        let template = Template::read();
        let mut names = HashMap::new();
        for (name, table) in template.resources("DynamoDB::Table") {
            let mut request = json!({ "TableName": physical(name) });
            for property in ["BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"] {
                if let Some(value) = table.get(property) {
                    request[property] = value.clone();
                }
            }
            // The template's words are the request's words; the emulator wants a signature and believes any.
            let call = reqwest::Client::new().post(&stack.stack.aws().dynamodb);
            let call =
                call.header("x-amz-target", "DynamoDB_20120810.CreateTable").header("x-amz-date", "today");
            let signed = "AWS4-HMAC-SHA256 Credential=any, SignedHeaders=host, Signature=any";
            let call =
                call.header("content-type", "application/x-amz-json-1.0").header("authorization", signed);
            let call = call.body(request.to_string());
            let answer = call.send().await.unwrap();
            assert_eq!(answer.status(), 200, "{name}: {}", answer.text().await.unwrap());
            names.insert((name.to_owned(), "Ref"), physical(name));
        }
        for (name, _) in template.resources("S3::Bucket") {
            stack.s3().create_bucket().bucket(physical(name)).send().await.unwrap();
            names.insert((name.to_owned(), "Ref"), physical(name));
            let host = stack.stack.aws().s3.trim_start_matches("http://").to_owned();
            names.insert((name.to_owned(), "RegionalDomainName"), host);
        }
        for (name, _) in template.resources("SQS::Queue") {
            let queue = stack.sqs().create_queue().queue_name(name).send().await.unwrap();
            names.insert((name.to_owned(), "Ref"), queue.queue_url.unwrap());
            names.insert((name.to_owned(), "Arn"), name.to_owned());
        }
        for (name, kms_key) in template.resources("KMS::Key") {
            let kms = stack.stack.kms();
            let arn = match kms_key["KeyUsage"].as_str() {
                Some("GENERATE_VERIFY_MAC") => kms.ensure_mac_key(name),
                _ => kms.add_kms_key(name),
            };
            names.insert((name.to_owned(), "Arn"), arn.unwrap());
        }
        for (name, _) in template.resources("SNS::Topic") {
            names.insert((name.to_owned(), "Ref"), TEAM_TOPIC.to_owned());
        }
        let made = Made { parameters: HashMap::new(), names };
        Self {
            stack,
            template,
            made,
            running: HashMap::new(),
            told: HashMap::new(),
            first_answers: BTreeMap::new(),
        }
    }

    /// Deploys the stack with another value of a parameter: functions start anew, all else stays.
    pub fn change(&mut self, parameter: &'static str, value: &'static str) {
        self.made.parameters.insert(parameter, value);
        self.running.clear();
    }

    /// Tells functions something else by a variable of their environment: they start anew.
    pub fn tell(&mut self, variable: &'static str, value: &str) {
        self.told.insert(variable, value.to_owned());
        self.running.clear();
    }

    /// The process of a function that runs.
    pub fn process(&self, function: &str) -> u32 {
        self.running[function].0.process()
    }

    /// A request of Ada's at the HTTP API.
    pub async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let (function, event) = self.event(method, path, body);
        answer(&self.invoke(&function, event).await)
    }

    /// The same as the event that the HTTP API makes of it, which knows by the template who answers it and what it takes.
    pub fn event(&self, method: &str, path: &str, body: Option<Value>) -> (String, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let route = self.template.events("HttpApi").into_iter().find_map(|(function, route)| {
            let values = values(route["Path"].as_str().unwrap(), path)?;
            (route["Method"] == method).then_some((function, route, values))
        });
        let (function, route, values) = route.unwrap_or_else(|| panic!("no route for {method} {path}"));
        let mut event = http_event(method, path, None, body);
        let name = format!("{method} {}", route["Path"].as_str().unwrap());
        event["routeKey"] = name.clone().into();
        event["requestContext"]["routeKey"] = name.into();
        event["rawQueryString"] = query.into();
        event["pathParameters"] = json!(values);
        if let Some(scopes) = route.pointer("/Auth/AuthorizationScopes") {
            let held = self.scopes(&function);
            assert!(scopes.as_array().unwrap().iter().any(|scope| held.contains(scope.as_str().unwrap())));
            let claims = json!({ "sub": "ada", "token_use": "access", "scope": held });
            let jwt = json!({ "claims": claims, "scopes": scopes });
            event["requestContext"]["authorizer"] = json!({ "jwt": jwt });
        }
        (function, event)
    }

    /// All scopes, as the issuer of this stack writes them.
    fn scopes(&self, function: &str) -> String {
        let (_, function) = self.template.functions().find(|(of, _)| *of == function).unwrap();
        let environment = self.template.environment(function, &self.made);
        let prefix = environment.into_iter().find(|(name, _)| name == "OWNKEY_SCOPE_PREFIX");
        let prefix = prefix.map(|(_, prefix)| prefix).unwrap_or_default();
        let scopes = EVERYTHING.split(' ').map(|scope| format!("{prefix}{scope}"));
        scopes.collect::<Vec<_>>().join(" ")
    }

    /// The clock strikes: all functions that run on a schedule.
    pub async fn tick(&mut self) {
        let scheduled = ["Schedule", "ScheduleV2"].map(|kind| self.template.events(kind)).concat();
        assert!(!scheduled.is_empty());
        for (function, _) in scheduled {
            let event = json!({ "source": "aws.events", "detail-type": "Scheduled Event", "detail": {} });
            assert_eq!(self.invoke(&function, event).await, Value::Null, "{function}");
        }
    }

    /// Looks into every queue once, as Lambda's pollers do, and forgets what the functions do not give back.
    pub async fn deliver(&mut self) {
        for (function, source) in self.template.events("SQS") {
            let queue = source["Queue"]["Fn::GetAtt"][0].as_str().unwrap();
            let messages = self.receive(queue).await;
            if !messages.is_empty() {
                self.hand_over(&function, queue, messages).await;
            }
        }
    }

    /// Waits until so many messages are in the queue of a function, and hands them to it as one event.
    pub async fn deliver_together(&mut self, function: &str, count: usize) {
        let source = self.template.events("SQS").into_iter().find(|(of, _)| of == function).unwrap().1;
        let queue = source["Queue"]["Fn::GetAtt"][0].as_str().unwrap();
        let mut messages = Vec::new();
        while messages.len() < count {
            messages.extend(self.receive(queue).await);
        }
        self.hand_over(function, queue, messages).await;
    }

    async fn receive(&self, queue: &str) -> Vec<Message> {
        let url = &self.made.names[&(queue.to_owned(), "Ref")];
        let asked = self.stack.sqs().receive_message().queue_url(url).max_number_of_messages(10);
        asked.send().await.unwrap().messages.unwrap_or_default()
    }

    async fn hand_over(&mut self, function: &str, queue: &str, messages: Vec<Message>) {
        let records: Vec<_> = messages.iter().map(|message| record(message, queue)).collect();
        let failures = self.invoke(function, json!({ "Records": records })).await;
        let failures = failures["batchItemFailures"].as_array().unwrap();
        let (url, sqs) = (&self.made.names[&(queue.to_owned(), "Ref")], self.stack.sqs());
        for message in messages {
            if !failures.iter().any(|failure| failure["itemIdentifier"] == *message.message_id().unwrap()) {
                let handle = message.receipt_handle().unwrap();
                sqs.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
            }
        }
    }

    /// Calls a function, and starts it first if it does not run.
    pub async fn invoke(&mut self, function: &str, event: Value) -> Value {
        if !self.running.contains_key(function) {
            let started = self.start(function).await;
            self.running.insert(function.to_owned(), started);
        }
        let (process, since) = &self.running[function];
        let answer = process.invoke(event).await.unwrap_or_else(|error| panic!("{function}: {error}"));
        self.first_answers.entry(function.to_owned()).or_insert_with(|| since.elapsed());
        answer
    }

    /// What the template tells a function, and what Lambda does; besides only where AWS and the providers are played.
    pub async fn start(&self, name: &str) -> (Function, Instant) {
        let (_, function) = self.template.functions().find(|(of, _)| *of == name).unwrap();
        let mut command = Command::new(self.template.program(function).await);
        command.env_clear();
        command.envs(self.template.environment(function, &self.made));
        let (aws, providers) = (self.stack.stack.aws(), self.stack.stack.endpoints());
        command.envs([
            ("AWS_LAMBDA_FUNCTION_NAME", name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", &aws.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &aws.secret_access_key),
            ("AWS_SESSION_TOKEN", "a role's session"),
            ("AWS_ENDPOINT_URL_DYNAMODB", &aws.dynamodb),
            ("AWS_ENDPOINT_URL_KMS", &aws.kms),
            ("AWS_ENDPOINT_URL_S3", &aws.s3),
            ("AWS_ENDPOINT_URL_SNS", &aws.sns),
            ("AWS_ENDPOINT_URL_SQS", &aws.sqs),
            ("OWNKEY_OPENAI_URL", &providers.openai),
            ("OWNKEY_BFL_URL", &providers.bfl),
            ("OWNKEY_ANTHROPIC_URL", &providers.anthropic),
        ]);
        command.envs(&self.told);
        let since = Instant::now();
        (Function::run(command).await, since)
    }

    /// The functions of the template that nobody has called yet.
    pub fn never_called(&self) -> Vec<&str> {
        let names = self.template.functions().map(|(name, _)| name);
        names.filter(|name| !self.first_answers.contains_key(*name)).collect()
    }
}

fn physical(name: &str) -> String {
    format!("{}-{}", super::template::STACK, name.to_lowercase())
}

/// What stands in a path for the names of a route's, if it is a path of that route.
fn values(route: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let (mut parts, mut given) = (route.split('/'), path.split('/'));
    loop {
        let (part, value) = match (parts.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(part), Some(value)) => (part, value),
            _ => return None,
        };
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => _ = values.insert(name.to_owned(), value.to_owned()),
            None if part != value => return None,
            None => {}
        }
    }
}

fn record(message: &Message, queue: &str) -> Value {
    json!({
        "messageId": message.message_id(),
        "receiptHandle": message.receipt_handle(),
        "body": message.body(),
        "md5OfBody": message.md5_of_body(),
        "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": "1795392000000", "SenderId": "AROA:jobs" },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{queue}"),
        "awsRegion": "us-east-1",
    })
}

fn answer(response: &Value) -> Answer {
    let headers = response["headers"].as_object().unwrap().iter();
    let text = response["body"].as_str().unwrap_or_default().to_owned();
    Answer {
        status: u16::try_from(response["statusCode"].as_u64().unwrap()).unwrap(),
        headers: headers
            .map(|(name, value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap()))
            .collect::<http::HeaderMap>(),
        json: serde_json::from_str(&text).unwrap_or_default(),
        text,
    }
}
