//! What the routes take and answer that are for programs. The page's own files are no part of the contract.

use web::ProblemKind::NotFound;
use web::contract::Operation;

use crate::{openapi, problems};

/// Every such route.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/openapi.json", openapi::openapi)
            .named("openapi", "This document.")
            .text("application/json", "OpenAPI 3.1.")
            .not_modified(),
        Operation::get("/problems", problems::list)
            .named("listProblems", "Every kind of problem, as a page for people.")
            .text("text/html", "A page.")
            .not_modified(),
        Operation::get("/problems/{slug}", problems::one)
            .named("readProblem", "What a kind of problem means and what to do, as a page for people.")
            .text("text/html", "A page.")
            .not_modified()
            .problems(&[NotFound]),
    ]
}
