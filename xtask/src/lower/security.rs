//! Credentials: the client has two, which the profile names, and sends each in a header of its own.

use std::convert::Infallible;

use serde_json::{Map, Value};

use crate::generate::Profile;
use crate::input::{Diagnostics, Pointer, Problem, Problems, for_each_operation, members};

/// Checks the schemes by what they are, whatever they are called, and leaves of the alternatives of an operation
/// those that the client has.
pub fn check(
    document: &mut Value,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let at_schemes = Pointer::default()
        .child("components")
        .child("securitySchemes");
    let schemes = at_schemes.get(document).cloned().unwrap_or_default();
    let (known, headers) = (&profile.credentials, &profile.headers);
    let is_known = |name: &String| [&known.api_key, &known.access_token].contains(&name);
    let mut problems = Problems::default();
    for (name, header) in [
        (&known.api_key, &headers.api_key),
        (&known.access_token, &headers.access_token),
    ] {
        let scheme = schemes.get(name).filter(|it| it.get("$ref").is_none());
        let Some(scheme) = scheme else { continue };
        let is = |key: &str, text: &str| {
            let value = scheme.get(key).and_then(Value::as_str);
            value.is_some_and(|value| value.eq_ignore_ascii_case(text))
        };
        if !(is("type", "apiKey") && is("in", "header") && is("name", header)) {
            problems.add(
                Problem::new(format!(
                    "the client sends `{name}` in the header `{header}`, which this scheme does not describe"
                ))
                .at(&at_schemes.child(name))
                .remedy(
                    "describe the scheme as `type: apiKey`, `in: header`, with the name of that header; or say in \
                     the profile (`--profile`) which scheme and header it is",
                ),
            );
        }
    }
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        let at = at.child("security");
        let security = operation.get_mut("security").and_then(Value::as_array_mut);
        let Some(alternatives) = security else {
            return Ok::<(), Infallible>(());
        };
        let unknown = |alternative: &Value| {
            let mut names = members(Some(alternative)).map(|(name, _)| name);
            names.find(|name| !is_known(name)).cloned()
        };
        let first = alternatives.iter().find_map(unknown);
        let Some(name) = first else { return Ok(()) };
        if alternatives.iter().any(|it| unknown(it).is_none()) {
            alternatives.retain(|it| unknown(it).is_none());
            diagnostics.add("alternative credential that the client does not have", &at);
            return Ok(());
        }
        *alternatives = vec![Value::Object(Map::new())];
        // The scheme is one cause, at one place.
        let at = match schemes.get(&name) {
            Some(_) => at_schemes.child(&name),
            None => at,
        };
        let has = match (known.api_key.as_str(), known.access_token.as_str()) {
            ("", "") => "has none by its profile".to_owned(),
            (key, token) => format!("has `{key}` and `{token}`"),
        };
        problems.add(
            Problem::new(format!(
                "the client does not have the credential `{name}`: it {has}"
            ))
            .at(&at)
            .remedy(
                "say in the profile (`--profile`) which scheme and header it is, or remove it from `security` by \
                 an overlay",
            ),
        );
        Ok(())
    });
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::input;

    fn checked(security: Value) -> Result<Value, String> {
        let mut document = json!({
            "paths": {"/x": {"get": {"security": security}}},
            "components": {"securitySchemes": {
                "api_key": {"type": "apiKey", "in": "header", "name": "X-Trackstar-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }},
        });
        let profile = input::Profile::of_this_repository().client;
        check(&mut document, &profile, &mut Diagnostics::default())
            .map_err(|problem| problem.to_string())?;
        Ok(document["paths"]["/x"]["get"]["security"].take())
    }

    #[test]
    fn of_alternatives_those_stay_that_the_client_has() {
        for (security, left) in [
            (json!([{"api_key": []}]), json!([{"api_key": []}])),
            (
                json!([{"bearer": []}, {"api_key": []}]),
                json!([{"api_key": []}]),
            ),
            (json!([{}, {"bearer": []}]), json!([{}])),
            (json!([]), json!([])),
        ] {
            assert_eq!(checked(security).unwrap(), left);
        }
    }

    #[test]
    fn what_needs_another_credential_is_refused_at_its_scheme() {
        for (security, place) in [
            (
                json!([{"bearer": []}]),
                "/components/securitySchemes/bearer",
            ),
            (
                json!([{"api_key": [], "bearer": []}]),
                "/components/securitySchemes/bearer",
            ),
            (json!([{"other": []}]), "/paths/~1x/get/security"),
        ] {
            let problem = checked(security).unwrap_err();
            assert!(problem.starts_with(&format!("at {place}: ")), "{problem}");
            assert!(problem.contains("`--profile`"), "{problem}");
        }
    }
}
