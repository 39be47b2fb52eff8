//! The JSON of a problem, as `Problem` writes it. What stands in it beside the first members depends on its kind.

#![expect(dead_code, reason = "only their schemas are used")]

use schemars::JsonSchema;

/// Problem details (RFC 9457).
#[derive(JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// What kind of problem it is. Stable, and the address of a page about it.
    r#type: String,
    /// What happened, in a few words.
    title: String,
    /// The status code.
    status: u16,
    /// What is wrong with this request, and what to do.
    detail: String,
    #[schemars(flatten)]
    more: Members,
    /// What is wrong with each of several.
    #[schemars(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<ItemProblem>>,
}

/// What is wrong with one of several jobs.
#[derive(JsonSchema)]
pub struct ItemProblem {
    /// What kind of problem it is.
    r#type: String,
    /// What happened, in a few words.
    title: String,
    /// What is wrong with it.
    detail: String,
    /// Which one, counted from 0.
    #[schemars(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// For how many, from that one on, that are alike.
    #[schemars(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[schemars(flatten)]
    more: Members,
}

/// For programs.
#[derive(JsonSchema)]
struct Members {
    /// Which field or parameter it is about.
    #[schemars(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The scope that the token lacks.
    #[schemars(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// How much the limit allows.
    #[schemars(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    /// How many bytes are allowed.
    #[schemars(skip_serializing_if = "Option::is_none")]
    limit_bytes: Option<u64>,
    /// Which provider it is about.
    #[schemars(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    /// What the provider calls it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The model to use instead.
    #[schemars(skip_serializing_if = "Option::is_none")]
    replacement: Option<String>,
    /// The day the model goes or went.
    #[schemars(skip_serializing_if = "Option::is_none")]
    shutdown_date: Option<String>,
    /// The state that does not allow it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// The version that is there now.
    #[schemars(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
}

/// What API Gateway answers with by itself, before a request reaches Ownkey.
#[derive(JsonSchema)]
pub struct GatewayMessage {
    /// Such as `Unauthorized`.
    message: String,
}
