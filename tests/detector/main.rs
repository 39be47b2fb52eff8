//! A function that tells what is in its memory. It does what the deployed one does and wipes what that one wipes, but it
//! is open to questions, and its provider may be vouched for by an authority of a test.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

mod function;
mod leak;
mod search;

/// As in the deployed functions.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run().await
}
