//! `::std::option::Option<T>` becomes `Option<T>`: the generated file is read by people.

use syn::visit_mut::{self, VisitMut};
use syn::{Path, parse_quote};

/// Names that the generated code takes from the prelude.
pub const PRELUDE: [&str; 6] = ["Box", "Default", "Option", "Result", "String", "Vec"];

/// Shortens the paths of what it visits.
pub struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let Some((first, last)) = path.segments.first().zip(path.segments.last()) else {
            return;
        };
        let is_prelude = first.ident == "std" && PRELUDE.iter().any(|name| last.ident == name);
        if is_prelude && path.segments.len() == 3 {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(2).cloned().collect();
        } else if first.ident == "chrono" && last.ident == "Utc" {
            *path = parse_quote!(::chrono::Utc);
        }
    }
}
