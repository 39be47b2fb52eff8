//! `/v1/personas`.

use web::JobView;
use web::ProblemKind::{Conflict, InvalidParameter};
use web::contract::{Header, Operation};

use super::ORDER;
use crate::personas;
use crate::personas::view::PersonaView;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/v1/personas/{id}";
    vec![
        Operation::get("/v1/personas", personas::list)
            .named("listPersonas", "Personas, the newest first.")
            .page::<PersonaView>("A page of them."),
        Operation::post("/v1/personas", personas::create)
            .named("createPersona", "Has a persona written from a brief.")
            .accepted::<JobView>("A job of the kind `persona`. When it has succeeded, it names the persona.")
            .idempotent()
            .problems(ORDER),
        Operation::get(path, personas::read)
            .named("readPersona", "A persona as it is now.")
            .ok::<PersonaView>("The persona.")
            .always(&Header::ETAG),
        Operation::get("/v1/personas/{id}/versions", personas::versions)
            .named("listPersonaVersions", "What a persona was before, the latest first.")
            .page::<PersonaView>("A page of the versions that were left."),
        Operation::put(path, personas::edit)
            .named("editPersona", "Edits a persona, or chooses its portrait. The version before is kept.")
            .ok::<PersonaView>("The persona as it is now.")
            .always(&Header::ETAG)
            .conditional()
            .problems(&[InvalidParameter]),
        Operation::delete(path, personas::delete)
            .named(
                "deletePersona",
                "Deletes a persona and all its versions. Pictures that were made of it stay.",
            )
            .no_content("It is gone.")
            .problems(&[Conflict]),
    ]
}
