//! What SNS is asked, as IAM sees it: a form names the action. There is one topic.

use super::Call;

pub(super) fn calls(form: &[u8]) -> Vec<Call> {
    let form = String::from_utf8_lossy(form);
    let action = form.split('&').find_map(|field| field.strip_prefix("Action=")).unwrap_or("*");
    vec![Call::new(format!("sns:{action}"), "TeamTopic")]
}
