//! What a handler's signature says about its route.

use axum::extract::{OriginalUri, State};
use http::{HeaderMap, Uri};
use schemars::JsonSchema;

use super::Operation;
use crate::request::{AuditRead, Scope};
use crate::{JsonBody, PathOf, Permit, ProblemKind, QueryOf};

/// An argument of a handler: what it takes from the request, and what it refuses.
pub trait Asked {
    /// Tells the operation.
    fn tell(_: &mut Operation) {}
}

impl<S: Scope> Asked for Permit<S> {
    fn tell(operation: &mut Operation) {
        operation.scope = Some(S::NAME);
        refuse(
            operation,
            &[ProblemKind::Unauthorized, ProblemKind::MissingScope, ProblemKind::TooManyRequests],
        );
        // The record stays open.
        if S::NAME != AuditRead::NAME {
            refuse(operation, &[ProblemKind::AccountBeingErased]);
        }
    }
}

impl<T: JsonSchema> Asked for PathOf<T> {
    fn tell(operation: &mut Operation) {
        operation.path_parts = Some(T::json_schema);
        refuse(operation, &[ProblemKind::NotFound]);
    }
}

impl<T: JsonSchema> Asked for QueryOf<T> {
    fn tell(operation: &mut Operation) {
        operation.query = Some(T::json_schema);
        refuse(operation, &[ProblemKind::InvalidRequest]);
    }
}

impl<T: JsonSchema> Asked for JsonBody<T> {
    fn tell(operation: &mut Operation) {
        body::<T>(operation, true);
    }
}

impl<T: JsonSchema> Asked for Option<JsonBody<T>> {
    fn tell(operation: &mut Operation) {
        body::<T>(operation, false);
    }
}

impl<T> Asked for State<T> {}
impl Asked for HeaderMap {}
impl Asked for OriginalUri {}
impl Asked for Uri {}

fn body<T: JsonSchema>(operation: &mut Operation, required: bool) {
    use ProblemKind::{InvalidJson, InvalidRequest, PayloadTooLarge, UnsupportedMediaType};
    operation.body = Some((schemars::SchemaGenerator::subschema_for::<T>, required));
    refuse(operation, &[InvalidJson, InvalidRequest, UnsupportedMediaType, PayloadTooLarge]);
}

fn refuse(operation: &mut Operation, kinds: &[ProblemKind]) {
    let new = kinds.iter().filter(|kind| !operation.problems.contains(kind)).copied().collect::<Vec<_>>();
    operation.problems.extend(new);
}

/// A handler, told by the types of its arguments.
pub trait Handler<A> {
    /// Tells the operation what all arguments say.
    fn tell(operation: &mut Operation);
}

macro_rules! handlers {
    ($(($($argument:ident),*))*) => {$(
        impl<F, R, $($argument: Asked),*> Handler<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> R,
        {
            fn tell(_operation: &mut Operation) {
                $($argument::tell(_operation);)*
            }
        }
    )*};
}

handlers! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, G) }
