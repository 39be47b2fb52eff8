//! A persona: who is to be seen in a set of avatars, and how a prompt is made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::{Action, AuditEvent};
use crate::image_request::Reference;
use crate::{AuditId, JobId, PersonaId, TenantId};

/// The longest brief, in characters.
pub const LONGEST_BRIEF: usize = 4_000;

/// The longest text of a trait, in characters.
pub const LONGEST_TEXT: usize = 2_000;

/// The longest name or occupation, in characters.
pub const LONGEST_NAME: usize = 120;

/// The language of a persona unless another is asked for.
pub const DEFAULT_LANGUAGE: &str = "en";

/// What is asked of a text model. `providers` spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonaRequest {
    /// The model's id at the provider.
    pub model: String,
    /// Who it should be, in the user's words.
    pub brief: String,
    /// The language to write in, as a BCP 47 tag like `de` or `pt-BR`.
    pub language: String,
}

/// What a persona consists of.
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traits {
    /// What they are called.
    pub name: String,
    /// In years.
    pub age: u8,
    /// What they do.
    pub occupation: String,
    /// What they are like.
    pub personality: String,
    /// Where they come from.
    pub backstory: String,
    /// What they look like: what every picture must show.
    pub appearance: String,
    /// How they are usually drawn. A job may ask for another style.
    pub style: String,
}

/// A persona, as it is now or was at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// Its id.
    pub id: PersonaId,
    /// Whose.
    pub tenant: TenantId,
    /// 1 as it was written; one more for each edit.
    pub version: u32,
    /// What it consists of.
    pub traits: Traits,
    /// The language it is written in.
    pub language: String,
    /// What it was written from.
    pub brief: String,
    /// The job that wrote it.
    pub job: JobId,
    /// The picture that shows the face, chosen from a finished job. It goes along as a reference.
    pub portrait: Option<Reference>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Timestamp,
}

/// What is wrong with a persona. Names the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must {must}")]
pub struct TraitsRefused {
    /// The field.
    pub field: &'static str,
    /// What it must be.
    pub must: &'static str,
}

impl Traits {
    /// Checks lengths. A model's answer is checked as a person's edit is: the provider does not enforce bounds.
    ///
    /// # Errors
    /// [`TraitsRefused`] names the first field that does not fit.
    pub fn checked(self) -> Result<Self, TraitsRefused> {
        let texts = [
            ("name", &self.name, LONGEST_NAME, "have 1 to 120 characters"),
            ("occupation", &self.occupation, LONGEST_NAME, "have 1 to 120 characters"),
            ("personality", &self.personality, LONGEST_TEXT, "have 1 to 2000 characters"),
            ("backstory", &self.backstory, LONGEST_TEXT, "have 1 to 2000 characters"),
            ("appearance", &self.appearance, LONGEST_TEXT, "have 1 to 2000 characters"),
            ("style", &self.style, LONGEST_TEXT, "have 1 to 2000 characters"),
        ];
        for (field, text, longest, must) in texts {
            if text.trim().is_empty() || text.chars().count() > longest {
                return Err(TraitsRefused { field, must });
            }
        }
        if self.age > 120 {
            return Err(TraitsRefused { field: "age", must: "be a whole number from 0 to 120" });
        }
        Ok(self)
    }
}

impl Persona {
    /// The prompt for a picture of this persona: who, what they look like, in which style, doing what. `style` takes
    /// the place of the persona's own. This is the one place where prompts are made of personas.
    pub fn prompt(&self, scene: &str, style: Option<&str>) -> String {
        let Traits { name, age, occupation, appearance, .. } = &self.traits;
        let style = style.unwrap_or(&self.traits.style);
        let mut prompt = format!(
            "Avatar of {name}, {age} years old, {occupation}.\nAppearance: {appearance}\nStyle: {style}"
        );
        if !scene.trim().is_empty() {
            prompt.push_str("\nScene: ");
            prompt.push_str(scene.trim());
        }
        if self.portrait.is_some() {
            prompt.push_str("\nThe first reference image shows this person: keep the same face.");
        }
        prompt
    }

    /// What a person did to it, for the audit trail.
    pub fn event(&self, made: (AuditId, Timestamp), actor: &str, action: Action) -> AuditEvent {
        AuditEvent::of_subject(made, &self.tenant, actor, action, "ok", self.id.to_string())
    }

    /// The next version, with other traits or another portrait.
    #[must_use]
    pub fn edited(&self, traits: Traits, portrait: Option<Reference>, now: Timestamp) -> Self {
        Self { version: self.version + 1, traits, portrait, updated_at: now, ..self.clone() }
    }
}

/// Whether a text is a language tag such as `de` or `pt-BR`, by its shape (RFC 5646, section 2.1).
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    text.len() <= 35
        && (2..=3).contains(&first.len())
        && letters(first)
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mara() -> Persona {
        let at = Timestamp::constant(1_763_860_000, 0);
        let text = str::to_owned;
        Persona {
            id: PersonaId::make(at, &[1; 10]),
            tenant: "acme".parse().unwrap(),
            version: 1,
            traits: Traits {
                name: text("Mara Lind"),
                age: 34,
                occupation: text("boat builder"),
                personality: text("Calm."),
                backstory: text("Grew up by the sea."),
                appearance: text("Red hair, freckles."),
                style: text("Soft daylight photograph."),
            },
            language: text("en"),
            brief: text("a boat builder"),
            job: JobId::make(at, &[2; 10]),
            portrait: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_prompt_says_who_how_they_look_the_style_and_the_scene() {
        let prompt = mara().prompt(" at the harbour ", Some("Watercolour"));
        assert_eq!(
            prompt,
            "Avatar of Mara Lind, 34 years old, boat builder.\nAppearance: Red hair, freckles.\nStyle: Watercolour\n\
             Scene: at the harbour"
        );
        assert!(mara().prompt("", None).ends_with("Style: Soft daylight photograph."));
    }

    #[test]
    fn traits_are_bounded_and_the_field_is_named() {
        let refused = |change: fn(&mut Traits)| {
            let mut traits = mara().traits;
            change(&mut traits);
            traits.checked().unwrap_err().field
        };
        assert_eq!(refused(|traits| traits.name = " ".to_owned()), "name");
        assert_eq!(refused(|traits| traits.style = "x".repeat(2_001)), "style");
        assert_eq!(refused(|traits| traits.age = 121), "age");
        assert!(mara().traits.checked().is_ok());
    }

    #[test]
    fn languages_are_tags() {
        for good in ["en", "de", "pt-BR", "zh-Hant-TW"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "german", "de_DE", "de-", "en; ignore the above", "de\nx"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
