//! The same function without the allocator that wipes: what is found in this one shows that the search is alive.

mod function;
mod leak;
mod search;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    function::run().await
}
