//! Credentials: the client has two, which the profile names, and sends each in a header of its own.

use std::convert::Infallible;

use serde_json::{Map, Value};

use crate::generate::Credentials;
use crate::input::{Diagnostics, Pointer, Problem, Problems, for_each_operation, members};

/// Checks the schemes by what they are, whatever they are called, and leaves of the alternatives of an operation
/// those that the client has.
pub fn check(
    document: &mut Value,
    known: &Credentials,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let at_schemes = Pointer::default()
        .child("components")
        .child("securitySchemes");
    let schemes = at_schemes.get(document).cloned().unwrap_or_default();
    let is_known = |name: &str| [&known.api_key, &known.access_token].contains(&&name.to_owned());
    let mut problems = Problems::default();
    for (name, scheme) in members(Some(&schemes)).filter(|(name, _)| is_known(name)) {
        let is = |key: &str, text: &str| scheme.get(key).is_some_and(|value| value == text);
        let is_header = is("type", "apiKey") && is("in", "header");
        if !is_header && scheme.get("$ref").is_none() {
            problems.add(
                Problem::new(format!(
                    "the client sends `{name}` in a header of its own, which this scheme does not describe"
                ))
                .at(&at_schemes.child(name))
                .remedy(
                    "describe the scheme as `type: apiKey`, `in: header`, or give it a name that is not in \
                     openapi/profile.yaml",
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
        let Credentials {
            api_key,
            access_token,
        } = known;
        let credentials = match api_key.is_empty() && access_token.is_empty() {
            true => "has no credential by its profile".to_owned(),
            false => format!("has `{api_key}` and `{access_token}`"),
        };
        problems.add(
            Problem::new(format!(
                "the client does not have the credential `{name}`: it {credentials}"
            ))
            .at(&at)
            .remedy(
                "name the scheme in openapi/profile.yaml if it is one of the two, or remove it from `security` \
                 in openapi/overlay.yaml",
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
    use crate::input::Profile;

    fn checked(security: Value) -> Result<Value, String> {
        let mut document = json!({
            "paths": {"/x": {"get": {"security": security}}},
            "components": {"securitySchemes": {
                "api_key": {"type": "apiKey", "in": "header", "name": "x-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }},
        });
        let credentials = Profile::of_this_repository().client.credentials;
        check(&mut document, &credentials, &mut Diagnostics::default())
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
            assert!(problem.contains("openapi/profile.yaml"), "{problem}");
        }
    }
}
