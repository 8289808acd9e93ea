//! Every type of event, with all that the API may leave out, add or set to null.
//!
//! The tests themselves are written by `build.rs` from the lowered document, one for each type.

use std::time::SystemTime;

use serde_json::Value;
use trackstar_api::types;
use trackstar_api::webhooks::{EventData, Webhook, testing};
use trackstar_tests::comparison;

mod event {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/events.rs"));
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What is amiss, the data that is sent, and what the client holds then, if that is to be compared.
type Case = (&'static str, &'static str, Option<&'static str>);

/// Receives all cases before it fails, so that one run shows all that is wrong with an event.
fn check(event_type: &str, json: fn(EventData) -> Result<Value, EventData>, cases: &[Case]) {
    let problems: Vec<String> = cases
        .iter()
        .filter_map(|(what, sent, held)| {
            let problem = match json(received(event_type, sent)) {
                Ok(found) => comparison::problem(found, sent, *held)?,
                Err(other) => format!("the wrong variant: {}", shown(&other)),
            };
            Some(format!("{what}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn received(event_type: &str, data: &str) -> EventData {
    let body = format!(
        r#"{{"connection_id": "c1", "integration_name": "sandbox", "integration_type": "wms",
            "added_later": [1], "event_type": "{event_type}", "data": {data}}}"#
    );
    let headers = testing::sign(SECRET, "msg_1", SystemTime::now(), &body).unwrap();
    let event = Webhook::new(SECRET)
        .unwrap()
        .verify(&headers, &body)
        .unwrap();
    assert_eq!(event.event_type(), event_type);
    assert_eq!(event.connection_id(), Some("c1"));
    assert_eq!(event.integration_name(), Some("sandbox"));
    assert_eq!(event.extra().keys().collect::<Vec<_>>(), ["added_later"]);
    event.into_data()
}

fn shown(data: &EventData) -> String {
    match data {
        EventData::Unknown(unknown) => format!("{:?}", unknown.problem()),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_event_whose_data_is_not_what_it_was_is_kept_with_the_field_named() {
    let EventData::Unknown(unknown) = received("order.created", r#"{"id": {"new": [1.10]}}"#)
    else {
        panic!("it was read");
    };
    assert_eq!(unknown.json(), r#"{"id": {"new": [1.10]}}"#);
    let problem = unknown.problem().unwrap();
    assert!(problem.starts_with("id: invalid type: object"), "{problem}");
}

#[test]
fn an_event_of_a_type_that_is_not_known_keeps_its_json() {
    for data in [r#"{"a": 1.10}"#, "null", "[]", r#""text""#, "7"] {
        let EventData::Unknown(unknown) = received("spaceship.launched", data) else {
            panic!("it was read");
        };
        assert_eq!((unknown.json(), unknown.problem()), (data, None));
        assert_eq!(
            unknown.decode::<Value>().unwrap().to_string(),
            data.replace(' ', "").replace("1.10", "1.1")
        );
    }
}
