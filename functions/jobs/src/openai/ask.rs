//! What OpenAI's clients send, as an order of ours. Each model's own schema has the last word.

use domain::catalogue::{Model, ModelKind};
use serde::Deserialize;
use serde_json::{Map, Value};
use web::Problem;

use crate::order::{ImageOrder, unfit};
use crate::submit::usable;

/// How many images OpenAI's API draws for one request.
const MOST_IMAGES: u32 = 10;

/// Images to be drawn. What is not named here are parameters of the model; `null` is as if it were not there.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(rename = "OpenaiImagesRequest"))]
#[derive(Deserialize)]
pub(crate) struct Body {
    /// How many, 1 to 10; one if not said.
    n: Option<u32>,
    #[serde(default)]
    response_format: Option<Format>,
    /// Not offered: the answer comes whole.
    stream: Option<bool>,
    /// Not offered either.
    partial_images: Option<u32>,
    /// Whom the caller draws for. Neither kept nor sent on: the provider knows the owner of the API key.
    #[serde(rename = "user")]
    _user: Option<String>,
    #[serde(rename = "safety_identifier")]
    _safety_identifier: Option<String>,
    #[serde(flatten)]
    #[cfg_attr(feature = "contract", schemars(with = "ImageOrder"))]
    order: Map<String, Value>,
}

/// How the images are to be answered.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "contract", schemars(inline))]
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Format {
    /// In the answer itself.
    #[default]
    B64Json,
    /// By links of a few minutes. OpenAI's own image models do without; here it goes with each.
    Url,
}

/// What is asked for.
pub(super) struct Asked {
    /// Of which image.
    pub(super) order: ImageOrder,
    /// How often.
    pub(super) count: u32,
    pub(super) format: Format,
}

impl Body {
    pub(super) fn asked(self) -> Result<Asked, Problem> {
        if self.stream == Some(true) || self.partial_images.is_some_and(|images| images > 0) {
            return Err(unfit("stream", "is not offered: the answer comes whole".to_owned()));
        }
        let count = self.n.unwrap_or(1);
        if !(1..=MOST_IMAGES).contains(&count) {
            let problem = format!("must be 1 to {MOST_IMAGES}; /v1/batches draws up to 1,000 at once");
            return Err(unfit("n", problem));
        }
        // Clients send what is not set as null.
        let mut order: Map<_, _> = self.order.into_iter().filter(|(_, value)| !value.is_null()).collect();
        if let Some(id) = order.get("model").and_then(Value::as_str) {
            fit(usable(id, ModelKind::Image)?, &mut order)?;
        }
        let order = web::parse(Value::Object(order).to_string().as_bytes())?;
        Ok(Asked { order, count, format: self.response_format.unwrap_or_default() })
    }
}

/// Puts what OpenAI's models have and others have not into the words of the others, as far as there are any.
fn fit(model: &Model, order: &mut Map<String, Value>) -> Result<(), Problem> {
    for parameter in ["background", "moderation", "quality", "size"] {
        // The provider's choice, which it has anyway.
        if !model.takes(parameter) && order.get(parameter).is_some_and(|value| value == "auto") {
            order.remove(parameter);
        }
    }
    if model.takes("size") {
        return Ok(());
    }
    let Some(size) = order.remove("size") else { return Ok(()) };
    let sides = size.as_str().and_then(|size| size.split_once('x'));
    let sides = sides.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let Some((width, height)) = sides.filter(|(width, height): &(u64, u64)| *width > 0 && *height > 0) else {
        return Err(unfit("size", "must be like 1024x1024, or auto".to_owned()));
    };
    if model.takes("width") {
        order.insert("width".to_owned(), width.into());
        order.insert("height".to_owned(), height.into());
        return Ok(());
    }
    let divisor = greatest_common_divisor(width, height);
    let ratio = Value::from(format!("{}:{}", width / divisor, height / divisor));
    if !model.allows("aspect_ratio", &ratio) {
        let problem = format!("does not go with {}: give `aspect_ratio` and `resolution` instead", model.id);
        return Err(unfit("size", problem));
    }
    order.insert("aspect_ratio".to_owned(), ratio);
    Ok(())
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fitted(model: &str, order: Value) -> Result<Value, String> {
        let mut order = order.as_object().unwrap().clone();
        fit(usable(model, ModelKind::Image).unwrap(), &mut order)
            .map_err(|problem| problem.members()["detail"].as_str().unwrap().to_owned())?;
        Ok(Value::Object(order))
    }

    #[test]
    fn sizes_become_what_the_model_takes() {
        let wide = json!({ "size": "1536x1024", "quality": "auto", "background": "auto" });
        assert_eq!(fitted("gpt-image-2.6-flare", wide.clone()).unwrap(), wide);
        assert_eq!(fitted("flux-2-max", wide.clone()).unwrap(), json!({ "width": 1536, "height": 1024 }));
        assert_eq!(fitted("flux-2-max", json!({ "size": "auto" })).unwrap(), json!({}));
        let flux_3 = domain::catalogue::Catalogue::shipped();
        let flux_3 = flux_3.models.iter().find(|model| model.takes("aspect_ratio")).unwrap();
        assert_eq!(fitted(&flux_3.id, wide).unwrap(), json!({ "aspect_ratio": "3:2" }));
        for bad in ["1000x999", "0x0", "x", "1024", "big"] {
            assert!(fitted(&flux_3.id, json!({ "size": bad })).is_err(), "{bad}");
        }
        assert!(fitted("flux-2-max", json!({ "size": 5 })).unwrap_err().contains("`size`"));
        // What is more than a default stays, and the model's own schema refuses it by name.
        assert_eq!(fitted("flux-2-max", json!({ "quality": "high" })).unwrap(), json!({ "quality": "high" }));
    }
}
