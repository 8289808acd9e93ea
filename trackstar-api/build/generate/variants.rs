//! The names of the variants of enums and unions.

use quote::format_ident;
use syn::Ident;

/// A variant for each value. Values that would share a name (they differ by case or punctuation only)
/// are told apart by a number, in the order of the document.
pub fn variant_names(values: &[String]) -> Vec<Ident> {
    let mut names: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        let plain = pascal_case(value);
        let mut name = plain.clone();
        let mut number = 2;
        while name == "Unknown" || names.contains(&name) {
            name = format!("{plain}{number}");
            number += 1;
        }
        names.push(name);
    }
    names.iter().map(|name| format_ident!("{name}")).collect()
}

/// `in-transit` → `InTransit`, `GET` → `Get`.
pub fn pascal_case(value: &str) -> String {
    let mut name = String::new();
    for word in value.split(|c: char| c == '_' || !can_be_in_name(c)) {
        let is_shouted = !word.chars().any(char::is_lowercase);
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        let rest = letters.as_str();
        name.push_str(&if is_shouted {
            rest.to_lowercase()
        } else {
            rest.to_owned()
        });
    }
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !can_be_in_name_first(first) => format!("N{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// Whether Rust takes the character in a name, after its first. Not every letter or digit is one to Rust: `½`.
fn can_be_in_name(c: char) -> bool {
    !c.is_whitespace() && syn::parse_str::<Ident>(&format!("xx{c}")).is_ok()
}

fn can_be_in_name_first(c: char) -> bool {
    syn::parse_str::<Ident>(&format!("{c}xx")).is_ok()
}
