use super::*;

const TIMES: &str = "= eq gt gte in lt lte neq nin";

fn written<T>(filter: impl Into<Filter<T>>, operators: &'static str) -> String {
    let parameters = parameters("f", operators, filter.into());
    match parameters {
        Ok(parameters) => parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("&"),
        Err(why) => why.to_string(),
    }
}

#[test]
fn a_filter_is_written_as_the_document_names_it() {
    let time = |text: &str| text.parse::<Time>().unwrap();
    let (start, end) = (time("2026-01-02T03:04:05.9Z"), time("2026-02-03T00:00:00Z"));
    let (first, last) = ("2026-01-02T03:04:05Z", "2026-02-03T00:00:00Z");
    for (filter, expected) in [
        (Filter::from(start), format!("f={first}")),
        (eq(start).into(), format!("f[eq]={first}")),
        (not(start).into(), format!("f[neq]={first}")),
        (gt(start).into(), format!("f[gt]={first}")),
        ((start..end).into(), format!("f[gte]={first}&f[lt]={last}")),
        (
            (start..=end).into(),
            format!("f[gte]={first}&f[lte]={last}"),
        ),
        ((start..).into(), format!("f[gte]={first}")),
        ((..end).into(), format!("f[lt]={last}")),
        ((..=end).into(), format!("f[lte]={last}")),
        (one_of([start, end]).into(), format!("f[in]={first},{last}")),
        (none_of([start]).into(), format!("f[nin]={first}")),
    ] {
        assert_eq!(written::<Time>(filter, TIMES), expected);
    }
    let texts = "contains contains-insensitive eq-insensitive in-insensitive not_contains";
    for (filter, expected) in [
        (Filter::from(contains("a b")), "f[contains]=a b"),
        (not_contains("a").into(), "f[not_contains]=a"),
        (
            contains_ignoring_case("a").into(),
            "f[contains-insensitive]=a",
        ),
        (eq_ignoring_case("a").into(), "f[eq-insensitive]=a"),
        (
            one_of_ignoring_case(["a", "b"]).into(),
            "f[in-insensitive]=a,b",
        ),
    ] {
        assert_eq!(written::<String>(filter, texts), expected);
    }
}

#[test]
fn a_value_and_eq_stand_for_each_other_if_a_field_accepts_one_of_them() {
    assert_eq!(written::<String>("a", "eq in"), "f[eq]=a");
    assert_eq!(written::<String>(eq("a"), "= in"), "f=a");
    assert_eq!(written::<String>(eq("a"), "= eq"), "f[eq]=a");
}

#[test]
fn what_the_api_would_refuse_is_refused_with_what_to_do() {
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let none: [&str; 0] = [];
    for (filter, says) in [
        (Filter::from("a"), "takes contains, gte, in"),
        (lt("a").into(), "`f[lt]`"),
        (one_of(many).into(), "101 values"),
        (one_of(none).into(), "empty list"),
        (one_of(["a", ""]).into(), "empty text"),
        (one_of(["a,b"]).into(), "comma"),
    ] {
        let said = written::<String>(filter, "contains gte in");
        assert!(said.contains(says), "{said}");
    }
}
