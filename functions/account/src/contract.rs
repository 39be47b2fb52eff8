//! What this function's routes take and answer.

use web::ProblemKind::TooManyWebhooks;
use web::contract::{Header, Operation};

use crate::budgets::view::BudgetView;
use crate::notices::NoticeView;
use crate::projects::ProjectView;
use crate::usage::report::UsageView;
use crate::webhooks::{DeliveryView, WebhookView};
use crate::{budgets, notices, projects, usage, webhooks};

/// Every route.
pub fn operations() -> Vec<Operation> {
    [budgets(), projects(), told(), webhooks()].into_iter().flatten().collect()
}

fn budgets() -> Vec<Operation> {
    let path = "/v1/budgets/{budget}";
    vec![
        Operation::get("/v1/budgets", budgets::list)
            .named("listBudgets", "The account's budget, and those of projects that have a cap.")
            .page::<BudgetView>("All of them."),
        Operation::get(path, budgets::read)
            .named("readBudget", "A cap, and what was spent and is left of it this month.")
            .ok::<BudgetView>("The budget of `account`, or of a project.")
            .always(&Header::ETAG),
        Operation::put(path, budgets::put)
            .named("setBudget", "Sets, raises or lifts a cap, and when people are told.")
            .ok::<BudgetView>("It is changed.")
            .always(&Header::ETAG)
            .created::<BudgetView>("It is set for the first time.")
            .always(&Header::ETAG)
            .conditional(),
        Operation::delete(path, budgets::delete)
            .named("liftBudget", "Lifts a cap. What was spent stays counted.")
            .no_content("There is no cap.")
            .conditional(),
    ]
}

fn projects() -> Vec<Operation> {
    let path = "/v1/projects/{project}";
    vec![
        Operation::get("/v1/projects", projects::list)
            .named("listProjects", "Every project by its id, also those that are archived.")
            .page::<ProjectView>("A page of them."),
        Operation::get(path, projects::read)
            .named("readProject", "A project.")
            .ok::<ProjectView>("The project.")
            .always(&Header::ETAG),
        Operation::put(path, projects::put)
            .named("putProject", "Begins a project, names it, or takes it up again.")
            .ok::<ProjectView>("It was there.")
            .always(&Header::ETAG)
            .created::<ProjectView>("It begins.")
            .always(&Header::ETAG)
            .conditional(),
        Operation::delete(path, projects::delete)
            .named("archiveProject", "Archives a project: it takes nothing new, and what it has stays.")
            .no_content("It is archived.")
            .conditional(),
    ]
}

fn told() -> Vec<Operation> {
    vec![
        Operation::get("/v1/notices", notices::list)
            .named("listNotices", "What everybody of the account should hear of, the newest first.")
            .page::<NoticeView>("A page of them.")
            .always(&Header::ETAG)
            .always(&Header::RETRY_AFTER)
            .not_modified()
            .always(&Header::RETRY_AFTER)
            .looks_at(&Header::IF_NONE_MATCH),
        Operation::get("/v1/usage", usage::show)
            .named("readUsage", "What was spent, and what the same would have cost in a plan with credits.")
            .ok::<UsageView>("The groups that were asked for, by day unless others are.")
            .text("text/csv", "")
            .perhaps(&Header::CONTENT_DISPOSITION)
            .looks_at(&Header::ACCEPT),
    ]
}

fn webhooks() -> Vec<Operation> {
    let (all, one) = ("/v1/webhooks", "/v1/webhooks/{id}");
    vec![
        Operation::get(all, webhooks::list)
            .named("listWebhooks", "Where the account is told what happens.")
            .page::<WebhookView>("All of them, the oldest first."),
        Operation::post(all, webhooks::create)
            .named("createWebhook", "Tells a receiver of yours what happens, signed by Standard Webhooks.")
            .created::<WebhookView>("It is told from now on. The secret is shown once.")
            .always(&Header::LOCATION)
            .always(&Header::ETAG)
            .problems(&[TooManyWebhooks]),
        Operation::get(one, webhooks::read)
            .named("readWebhook", "A webhook, without its secret.")
            .ok::<WebhookView>("The webhook.")
            .always(&Header::ETAG),
        Operation::put(one, webhooks::edit)
            .named("changeWebhook", "Changes what is sent and where, or switches it off and on.")
            .ok::<WebhookView>("It is changed.")
            .always(&Header::ETAG)
            .conditional(),
        Operation::delete(one, webhooks::delete)
            .named("deleteWebhook", "Ends a webhook.")
            .no_content("Nothing is sent there any more.")
            .conditional(),
        Operation::post("/v1/webhooks/{id}/secret", webhooks::rotate)
            .named("rotateWebhookSecret", "Makes another secret. The one before it signs too for a day.")
            .ok::<WebhookView>("It signs from now on. The secret is shown once.")
            .always(&Header::ETAG)
            .conditional(),
        Operation::post("/v1/webhooks/{id}/test", webhooks::test)
            .named("testWebhook", "Sends something of no meaning.")
            .accepted::<DeliveryView>("It is on its way."),
        Operation::get("/v1/webhooks/{id}/deliveries", webhooks::deliveries)
            .named("listDeliveries", "What was sent in the last 30 days, and what became of it.")
            .page::<DeliveryView>("A page of them, the newest first."),
        Operation::post("/v1/webhooks/{id}/redeliver", webhooks::redeliver)
            .named("redeliver", "Sends something once more, under the same id.")
            .accepted::<DeliveryView>("It is on its way."),
    ]
}
