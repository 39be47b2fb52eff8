//! What this function's routes take and answer.

use web::JobView;
use web::ProblemKind::{
    ApiKeyMalformed, ApiKeyRejected, Conflict, InvalidParameter, InvalidRequest, ProjectArchived,
    ProviderUnavailable, UnknownProvider,
};
use web::contract::Operation;

use crate::erase::{self, ErasureView};
use crate::view::CredentialView;
use crate::{delete, list, put, test};

/// Every route.
pub fn operations() -> Vec<Operation> {
    let lists = [
        Operation::get("/v1/api-keys", list::list)
            .named("listApiKeys", "Every API key that is stored, the account's and the projects'.")
            .page::<CredentialView>("All of them."),
        Operation::get("/v1/projects/{project}/api-keys", list::of_project)
            .named("listProjectApiKeys", "The API keys that a project has of its own.")
            .page::<CredentialView>("All of them.")
            .problems(&[InvalidRequest]),
    ];
    let account =
        slot("/v1/api-keys/{provider}", ["readApiKey", "storeApiKey", "revokeApiKey", "testApiKey"]);
    let of_project = ["readProjectApiKey", "storeProjectApiKey", "revokeProjectApiKey", "testProjectApiKey"];
    let project = slot("/v1/projects/{project}/api-keys/{provider}", of_project);
    let project = project.map(|operation| operation.problems(&[InvalidRequest]));
    let erase = Operation::delete("/v1/account", erase::erase)
        .named("eraseAccount", "Erases all that the account holds, API keys first. The record stays.")
        .begun::<ErasureView>(
            "Its API keys are gone. The rest goes within minutes, once jobs at work have ended.",
        )
        .problems(&[InvalidParameter, Conflict]);
    lists.into_iter().chain(account).chain(project).chain([erase]).collect()
}

/// The account and each project have the same places for API keys.
fn slot(path: &str, [read, store, revoke, try_out]: [&'static str; 4]) -> [Operation; 4] {
    [
        Operation::get(path, list::read)
            .named(read, "What is stored, by its last four characters.")
            .ok::<CredentialView>("It is stored."),
        Operation::put(path, put::put)
            .named(store, "Checks an API key with the provider, then stores it or replaces the one before.")
            .ok::<CredentialView>("It takes the place of the one before.")
            .created::<CredentialView>("It is stored.")
            .problems(&[ApiKeyMalformed, ApiKeyRejected, ProviderUnavailable, ProjectArchived, Conflict]),
        Operation::delete(path, delete::delete)
            .named(revoke, "Revokes an API key. Nothing is submitted with it after the answer.")
            .no_content("It is gone, and so is its sealed secret.")
            .problems(&[Conflict]),
        Operation::post(format!("{path}/test"), test::test)
            .named(try_out, "Has a worker show the API key to the provider, free of charge.")
            .accepted::<JobView>("A job of the kind `key_test`."),
    ]
    .map(|operation| operation.problems(&[UnknownProvider]))
}
