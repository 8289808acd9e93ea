//! Telling the vendor's requests from everybody else's.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use trackstar_api::webhooks::{
    Event, EventData, Headers, Webhook, WebhookError, WebhookErrorKind, testing,
};

/// The example that Svix publishes: secret, id, time, body and signature.
const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIME: u64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

const EVENT: &str = r#"{"event_type": "connection.deleted", "connection_id": "c1",
    "integration_name": "sandbox", "integration_type": "general", "customer_id": "cu1",
    "data": {"deleted_date": "2026-01-02T03:04:05Z"}}"#;

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// An endpoint at the time of the example.
fn webhook(secret: &str) -> Webhook {
    Webhook::new(secret).unwrap().clock(|| time(TIME))
}

/// Headers by name.
fn headers<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Headers + 'a {
    move |name: &str| {
        let pair = pairs.iter().find(|(other, _)| *other == name);
        pair.map(|(_, value)| value.as_bytes())
    }
}

/// Why a request is refused, if it is.
fn refused(
    webhook: &Webhook,
    headers: &impl Headers,
    body: impl AsRef<[u8]>,
) -> Option<WebhookErrorKind> {
    let event = webhook.verify(headers, body);
    event.err().map(|error| error.kind())
}

fn received(body: &str) -> Result<Event, WebhookError> {
    let headers = testing::sign(SECRET, ID, time(TIME), body)?;
    webhook(SECRET).verify(&headers, body)
}

#[test]
fn svixs_published_example_is_verified_by_either_name_of_its_headers() {
    for brand in ["svix", "webhook"] {
        let names = ["id", "timestamp", "signature"].map(|name| format!("{brand}-{name}"));
        let time = TIME.to_string();
        let pairs = [
            (names[0].as_str(), ID),
            (names[1].as_str(), time.as_str()),
            (names[2].as_str(), SIGNATURE),
        ];
        for secret in [
            SECRET,
            &format!("whsec_{SECRET}"),
            &format!(" whsec_{SECRET}\n"),
        ] {
            let webhook = webhook(secret);
            let kind = refused(&webhook, &headers(&pairs), BODY);
            assert_eq!(kind, None, "{brand}");
        }
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.insert(
                reqwest::header::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
        }
        let kind = refused(&webhook(SECRET), &map, BODY.as_bytes());
        assert_eq!(kind, None);
    }
}

#[test]
fn svixs_published_example_is_signed_alike() {
    let signed = testing::sign(SECRET, ID, time(TIME), BODY).unwrap();
    assert_eq!(
        signed.iter().collect::<Vec<_>>(),
        [
            ("svix-id", ID),
            ("svix-timestamp", "1614265330"),
            ("svix-signature", SIGNATURE),
        ]
    );
    // The second example is that of the standard.
    let body = r#"{"email":"test@example.com","username":"test_user"}"#;
    let id = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    let signed = testing::sign(OTHER_SECRET, id, time(1_649_367_553), body).unwrap();
    assert_eq!(
        signed.iter().last(),
        Some((
            "svix-signature",
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        ))
    );
}

#[test]
fn what_svixs_own_crate_signs_is_verified_and_it_verifies_what_is_signed_here() {
    let svix = svix::webhooks::Webhook::new(OTHER_SECRET).unwrap();
    let seconds = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    for body in [EVENT, r#"{"event_type": "ü", "data": "\u0000"}"#] {
        let signature = svix.sign("msg_1", seconds as i64, body.as_bytes()).unwrap();
        let seconds = seconds.to_string();
        let theirs = [
            ("svix-id", "msg_1"),
            ("svix-timestamp", seconds.as_str()),
            ("svix-signature", signature.as_str()),
        ];
        let webhook = Webhook::new(OTHER_SECRET).unwrap();
        let event = webhook.verify(&headers(&theirs), body).unwrap();
        assert_eq!(event.id(), "msg_1");

        let ours = testing::sign(OTHER_SECRET, "msg_2", SystemTime::now(), body).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in ours.iter() {
            map.insert(name, value.parse().unwrap());
        }
        svix.verify(body.as_bytes(), &map).unwrap();
        webhook.verify(&map, body).unwrap();
    }
}

#[test]
fn one_good_signature_among_others_is_enough() {
    let bad = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (signatures, is_good) in [
        (SIGNATURE.to_owned(), true),
        (format!("{bad} {SIGNATURE}"), true),
        (format!("{SIGNATURE} {bad}"), true),
        (format!("v2,new v1a,{} {SIGNATURE}", "x".repeat(88)), true),
        (format!("{} {SIGNATURE}", ["v0,x"; 50].join(" ")), true),
        (bad.to_owned(), false),
        (format!("{bad} {bad}"), false),
        // The same signature by another version, by none, cut short, and with more at its end.
        (SIGNATURE.replace("v1", "v2"), false),
        (SIGNATURE.replace("v1,", ""), false),
        (SIGNATURE[..SIGNATURE.len() - 1].to_owned(), false),
        (format!("{SIGNATURE}="), false),
        ("v1,".to_owned(), false),
        ("v1".to_owned(), false),
        (",".to_owned(), false),
    ] {
        let pairs = [
            ("svix-id", ID),
            ("svix-timestamp", "1614265330"),
            ("svix-signature", signatures.as_str()),
        ];
        let expected = match is_good {
            true => None,
            false => Some(WebhookErrorKind::Signature),
        };
        assert_eq!(
            refused(&webhook(SECRET), &headers(&pairs), BODY),
            expected,
            "{signatures}"
        );
    }
}

#[test]
fn while_a_secret_is_rotated_both_are_good() {
    let both = webhook(SECRET).add_secret(OTHER_SECRET).unwrap();
    for secret in [SECRET, OTHER_SECRET] {
        let signed = testing::sign(secret, ID, time(TIME), EVENT).unwrap();
        both.verify(&signed, EVENT).unwrap();
    }
    let signed = testing::sign(OTHER_SECRET, ID, time(TIME), EVENT).unwrap();
    let kind = refused(&webhook(SECRET), &signed, EVENT);
    assert_eq!(kind, Some(WebhookErrorKind::Signature));
}

#[test]
fn a_signature_is_that_of_its_id_its_time_and_its_body() {
    for (id, time, body) in [
        ("msg_other", "1614265330", BODY),
        (ID, "1614265331", BODY),
        (ID, "1614265330", r#"{"test": 2432232315}"#),
    ] {
        let pairs = [
            ("svix-id", id),
            ("svix-timestamp", time),
            ("svix-signature", SIGNATURE),
        ];
        let kind = refused(&webhook(SECRET), &headers(&pairs), body);
        assert_eq!(
            kind,
            Some(WebhookErrorKind::Signature),
            "{id} {time} {body}"
        );
    }
}

#[test]
fn a_body_that_was_read_and_written_again_fails_and_the_error_asks_for_the_raw_bytes() {
    let signed = testing::sign(SECRET, ID, time(TIME), EVENT).unwrap();
    let json: serde_json::Value = serde_json::from_str(EVENT).unwrap();
    let error = webhook(SECRET)
        .verify(&signed, json.to_string())
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::Signature);
    assert!(error.to_string().contains("raw bytes"), "{error}");
}

#[test]
fn a_request_is_good_for_the_tolerance_before_and_after() {
    let signed = testing::sign(SECRET, ID, time(TIME), EVENT).unwrap();
    let at = |now: u64, tolerance: Option<u64>| {
        let webhook = Webhook::new(SECRET).unwrap().clock(move || time(now));
        let webhook = match tolerance {
            Some(seconds) => webhook.tolerance(Duration::from_secs(seconds)),
            None => webhook,
        };
        webhook.verify(&signed, EVENT).map(drop)
    };
    for (now, tolerance) in [
        (TIME + 300, None),
        (TIME - 300, None),
        (TIME, Some(0)),
        (TIME + 86_400, Some(86_400)),
        (u64::from(u32::MAX), Some(u64::MAX)),
    ] {
        at(now, tolerance).unwrap();
    }
    for (now, tolerance, kind, says) in [
        (
            TIME + 301,
            None,
            WebhookErrorKind::TooOld,
            "signed 301 s ago, more than 300 s",
        ),
        (
            TIME - 301,
            None,
            WebhookErrorKind::InFuture,
            "301 s in the future",
        ),
        (TIME + 1, Some(0), WebhookErrorKind::TooOld, "1 s"),
        (TIME - 1, Some(0), WebhookErrorKind::InFuture, "1 s"),
    ] {
        let error = at(now, tolerance).unwrap_err();
        assert_eq!(error.kind(), kind, "{now}");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn headers_that_are_missing_or_odd_are_named() {
    let good = [
        ("svix-id", ID),
        ("svix-timestamp", "1614265330"),
        ("svix-signature", SIGNATURE),
    ];
    for missing in 0..3 {
        let name = good[missing].0;
        for value in [None, Some(""), Some("\u{0}"), Some("ü")] {
            let pairs = good.map(|(other, text)| match value {
                Some(value) if other == name => (other, value),
                None if other == name => ("x", "x"),
                _ => (other, text),
            });
            let error = webhook(SECRET).verify(&headers(&pairs), BODY).unwrap_err();
            let kind = match value {
                None | Some("") => WebhookErrorKind::MissingHeader,
                _ => WebhookErrorKind::InvalidHeader,
            };
            assert_eq!(error.kind(), kind, "{value:?}");
            assert!(error.to_string().contains(name), "{error}");
        }
    }
    for time in [
        "soon",
        "1614265330.5",
        "9223372036854775807",
        "99999999999999999999",
        "-9223372036854775808",
    ] {
        let pairs = [good[0], ("svix-timestamp", time), good[2]];
        let kind = refused(&webhook(SECRET), &headers(&pairs), BODY);
        assert_eq!(kind, Some(WebhookErrorKind::InvalidHeader), "{time}");
    }
}

#[test]
fn what_is_no_secret_is_refused_and_not_repeated() {
    for text in ["", " ", "whsec_", "whsec_not base64!", "short", "whsec_ü"] {
        let error = Webhook::new(text).unwrap_err();
        assert_eq!(error.kind(), WebhookErrorKind::Secret, "{text:?}");
        let said = format!("{error} {error:?}");
        assert!(text.trim().len() < 7 || !said.contains(text), "{said}");
        assert!(testing::sign(text, ID, time(TIME), BODY).is_err());
        assert!(webhook(SECRET).add_secret(text).is_err());
    }
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    let webhook = webhook(SECRET).add_secret(OTHER_SECRET).unwrap();
    let shown = format!("{webhook:?}");
    assert!(shown.contains("secrets: 2"), "{shown}");
    for secret in [SECRET, OTHER_SECRET] {
        assert!(!shown.contains(&secret[8..16]), "{shown}");
    }
}

#[test]
fn what_is_no_text_is_good_if_its_bytes_are_signed() {
    let pairs = [
        ("svix-id", ID),
        ("svix-timestamp", "1614265330"),
        ("svix-signature", SIGNATURE),
    ];
    for body in [
        &b"\xff\xfe{}"[..],
        b"{\"a\": \"\xc3\"}",
        b"\x1f\x8b\x08\x00",
    ] {
        let kind = refused(&webhook(SECRET), &headers(&pairs), body);
        assert_eq!(kind, Some(WebhookErrorKind::Signature));
        let signed = testing::sign(SECRET, ID, time(TIME), body).unwrap();
        let event = webhook(SECRET).verify(&signed, body).unwrap();
        assert_eq!(event.body(), body);
    }
}

#[test]
fn ten_megabytes_are_verified_and_more_than_the_limit_is_refused_unread() {
    let ten = format!(
        r#"{{"event_type": "spaceship.launched", "data": {{"text": "{}"}}}}"#,
        "ü".repeat(5 << 20)
    );
    assert!(ten.len() > 10 << 20);
    let event = received(&ten).unwrap();
    let EventData::Unknown(unknown) = event.data() else {
        panic!("{event:?}");
    };
    assert!(unknown.json().len() > 10 << 20);

    // Without a single header: the size is what is seen first.
    let none = |_: &str| None::<&[u8]>;
    let error = webhook(SECRET)
        .max_body_bytes(1 << 20)
        .verify(&none, &ten)
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::TooLarge);
    let error = webhook(SECRET)
        .verify(&none, vec![b' '; (16 << 20) + 1])
        .unwrap_err();
    assert_eq!(error.kind(), WebhookErrorKind::TooLarge);
    assert!(error.to_string().contains("16777217 bytes"), "{error}");
}

#[test]
fn what_is_signed_is_an_event_whatever_it_is_and_says_what_is_wrong() {
    for (body, event_type, json, says) in [
        ("", "", "", "not JSON"),
        ("{", "", "{", "not JSON"),
        ("[1]", "", "[1]", "expected a map"),
        ("{}", "", "null", "missing field `event_type`"),
        (
            r#"{"event_type": "", "data": [1]}"#,
            "",
            "[1]",
            "missing field `event_type`",
        ),
        (
            r#"{"event_type": [], "data": 1.10}"#,
            "",
            "1.10",
            "`event_type` is not a string",
        ),
        (
            r#"{"event_type": "connection.deleted", "data": [1]}"#,
            "connection.deleted",
            "[1]",
            "a map that is a ConnectionDeleted",
        ),
    ] {
        let event = received(body).unwrap();
        assert_eq!(event.event_type(), event_type, "{body}");
        assert_eq!(event.body(), body.as_bytes());
        let EventData::Unknown(unknown) = event.data() else {
            panic!("{event:?}");
        };
        assert_eq!(unknown.json(), json, "{body}");
        let problem = unknown.problem().unwrap();
        assert!(problem.contains(says), "{body}: {problem}");
    }
}
