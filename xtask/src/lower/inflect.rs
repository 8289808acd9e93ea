//! The singular of English words.

/// The singular: `activities` → `activity`. Words without a plural ending stay, and so do those that end in
/// an uncounted word.
pub fn singular(word: &str, uncounted: &[String]) -> String {
    let lower = word.to_lowercase();
    let is_one = ["ss", "us", "is"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    if is_one || uncounted.iter().any(|same| lower.ends_with(same)) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if lower.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_loses_its_ending() {
        for (many, one) in [
            ("orders", "order"),
            ("activities", "activity"),
            ("addresses", "address"),
            ("boxes", "box"),
            ("inventory", "inventory"),
            ("address", "address"),
            ("warehouses", "warehouse"),
            ("Status", "Status"),
        ] {
            assert_eq!(singular(many, &["inventory".to_owned()]), one);
        }
    }
}
