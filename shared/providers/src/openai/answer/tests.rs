use super::*;

const USAGE: &str = r#"{"input_tokens":50,"input_tokens_details":{"text_tokens":10,"image_tokens":40},"output_tokens":1500,"total_tokens":1550}"#;

fn image(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 % 251) as u8).collect()
}

fn body(image: &[u8]) -> String {
    let text = STANDARD.encode_to_string(image);
    format!(r#"{{"created":1,"data":[{{"b64_json": "{text}"}}],"output_format":"png","usage":{USAGE}}}"#)
}

fn read(body: &str, chunk: usize) -> Result<Answer, CallFailure> {
    let mut answer = ImageAnswer::expecting(Some(body.len() as u64));
    for piece in body.as_bytes().chunks(chunk) {
        answer.push(piece)?;
    }
    answer.finish()
}

#[test]
fn an_image_is_whole_wherever_the_chunks_are_cut() {
    for length in [1, 2, 3, 4, 100, 1_000, 4_099] {
        for chunk in [1, 2, 3, 5, 7, 64, 1_000, 1 << 20] {
            let answer = read(&body(&image(length)), chunk).unwrap();
            assert_eq!(answer.image, image(length), "{length} bytes in chunks of {chunk}");
            assert_eq!(
                answer.billed,
                Billed::Tokens(TokenUsage { text_in: 10, image_in: 40, output: 1_500 })
            );
        }
    }
}

#[test]
fn escaped_slashes_are_slashes() {
    let bytes = [0xff; 300];
    let escaped = body(&bytes).replace('/', "\\/");
    assert!(escaped.contains("\\/"));
    assert_eq!(read(&escaped, 7).unwrap().image, bytes);
}

#[test]
fn the_fields_name_within_a_text_is_no_image() {
    let body =
        body(&image(9)).replace("{\"created\"", r#"{"revised_prompt":"say \"b64_json\": \"x\"","created""#);
    assert_eq!(read(&body, 3).unwrap().image, image(9));
}

#[test]
fn usage_may_be_missing() {
    let body = body(&image(9)).replace(&format!(",\"usage\":{USAGE}"), "");
    assert_eq!(read(&body, 100).unwrap().billed, Billed::Unsaid);
}

#[test]
fn a_cut_within_the_image_is_a_lost_answer_and_after_it_is_not() {
    let body = body(&image(99));
    let end = body.find("\"}]").unwrap();
    for cut in [0, 10, 40, end] {
        assert_eq!(
            read(body.split_at(cut).0, 16).unwrap_err().class,
            FailureClass::UnknownOutcome,
            "cut at {cut}"
        );
    }
    for cut in [end + 1, end + 2, body.len() - 1] {
        assert_eq!(read(body.split_at(cut).0, 16).unwrap().image, image(99), "cut at {cut}");
    }
}

#[test]
fn what_is_no_image_answer_is_unusable() {
    let endless = format!("{{\"x\":\"{}", "x".repeat(LONGEST_REST));
    for bad in [
        r#"{"created":1,"data":[]}"#,
        r#"{"data":[{"b64_json":"!!!!"}]}"#,
        r#"{"data":[{"b64_json":"abc"}]}"#,
        &endless,
    ] {
        assert_eq!(read(bad, 5).unwrap_err().class, FailureClass::UnusableAnswer, "{bad:.40}");
    }
}

#[test]
fn the_buffer_is_made_once() {
    let body = body(&image(100_000));
    let mut answer = ImageAnswer::expecting(Some(body.len() as u64));
    let room = answer.image.capacity();
    answer.push(body.as_bytes()).unwrap();
    assert_eq!(answer.image.capacity(), room);
}
