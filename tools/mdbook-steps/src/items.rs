//! The items of a source file, and the lines that they take.

use std::ops::RangeInclusive;

use proc_macro2::Span;
use syn::{ImplItem, Item, TraitItem, Type, spanned::Spanned};

/// Lines of a text, from 1.
pub type Lines = RangeInclusive<usize>;

/// The items of a source file, tests not included, and their lines, with comments and attributes.
pub fn items(text: &str) -> syn::Result<Vec<(String, Lines)>> {
    let mut all = Vec::new();
    for item in syn::parse_file(text)?.items {
        let lines = lines(item.span());
        let name = match &item {
            Item::Fn(item) => item.sig.ident.to_string(),
            Item::Struct(item) => item.ident.to_string(),
            Item::Enum(item) => item.ident.to_string(),
            Item::Const(item) => item.ident.to_string(),
            Item::Static(item) => item.ident.to_string(),
            Item::Type(item) => item.ident.to_string(),
            Item::Mod(item) if item.ident != "tests" => item.ident.to_string(),
            Item::Macro(item) => match (&item.ident, item.mac.path.get_ident()) {
                (Some(name), _) => name.to_string(),
                (None, Some(name)) => format!("{name}!"),
                _ => continue,
            },
            Item::Trait(item) => {
                for inner in &item.items {
                    if let TraitItem::Fn(method) = inner {
                        all.push((format!("{}::{}", item.ident, method.sig.ident), self::lines(method.span())));
                    }
                }
                item.ident.to_string()
            }
            Item::Impl(item) => {
                let Type::Path(of) = &*item.self_ty else { continue };
                let Some(of) = of.path.segments.last() else { continue };
                for inner in &item.items {
                    let name = match inner {
                        ImplItem::Fn(method) => &method.sig.ident,
                        ImplItem::Const(constant) => &constant.ident,
                        _ => continue,
                    };
                    all.push((format!("{}::{name}", of.ident), self::lines(inner.span())));
                }
                continue;
            }
            _ => continue,
        };
        all.push((name, lines));
    }
    Ok(all)
}

fn lines(span: Span) -> Lines {
    span.start().line..=span.end().line
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const TEXT: &str = "\
//! A file.

/// Adds (C1).
fn add(a: u8) -> u8 {
    a + 1
}

struct Net {
    size: usize,
}

impl Net {
    /// Learn.
    #[inline]
    fn learn(&mut self) {
        // First (C2),
        // of two lines.
        let a = {
            // inner
            1
        };
        // Second (C3, C4).
        self.size += a;
    }
}
";

    pub fn find(name: &str) -> Lines {
        items(TEXT).unwrap().into_iter().find(|(known, _)| known == name).unwrap().1
    }

    #[test]
    fn items_are_found_with_comments_and_attributes() {
        assert_eq!(find("add"), 3..=6);
        assert_eq!(find("Net"), 8..=10);
        assert_eq!(find("Net::learn"), 13..=24);
    }
}
