//! What this function's routes take and answer.

use web::contract::{Header, Operation};

use crate::budgets::view::BudgetView;
use crate::notices::NoticeView;
use crate::projects::ProjectView;
use crate::usage::report::UsageView;
use crate::{budgets, notices, projects, usage};

/// Every route.
pub fn operations() -> Vec<Operation> {
    [budgets(), projects(), told()].into_iter().flatten().collect()
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
            .page::<NoticeView>("A page of them."),
        Operation::get("/v1/usage", usage::show)
            .named("readUsage", "What was spent, and what the same would have cost in a plan with credits.")
            .ok::<UsageView>("The groups that were asked for, by day unless others are.")
            .text("text/csv", "")
            .perhaps(&Header::CONTENT_DISPOSITION)
            .looks_at(&Header::ACCEPT),
    ]
}
