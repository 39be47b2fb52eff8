//! `/v1/uploads`.

use web::ProblemKind::{Conflict, ConsentNeeded, UploadMissing, UploadUnusable};
use web::contract::{Header, Operation};

use crate::uploads;
use crate::uploads::view::UploadView;

pub(super) fn operations() -> Vec<Operation> {
    let path = "/v1/uploads/{id}";
    vec![
        Operation::get("/v1/uploads", uploads::list)
            .named("listUploads", "Reference photos, the newest first.")
            .page::<UploadView>("A page of them."),
        Operation::post("/v1/uploads", uploads::create)
            .named("createUpload", "Announces a photo, once the person shown has agreed.")
            .created::<UploadView>("With the form to upload it by, which is shown once.")
            .always(&Header::LOCATION)
            .problems(&[ConsentNeeded]),
        Operation::get(path, uploads::read)
            .named("readUpload", "What became of a photo.")
            .ok::<UploadView>("The upload."),
        Operation::post("/v1/uploads/{id}/complete", uploads::complete)
            .named("completeUpload", "Has a photo that was uploaded checked and cleaned.")
            .ok::<UploadView>("It can be used.")
            .problems(&[UploadMissing, UploadUnusable, Conflict]),
        Operation::delete(path, uploads::delete)
            .named("deleteUpload", "Deletes a photo and what was made of it.")
            .no_content("It is gone.")
            .problems(&[Conflict]),
    ]
}
