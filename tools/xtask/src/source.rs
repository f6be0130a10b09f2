//! Rust source as tokens: the part of it that decides what a program does.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ExprLit, Item, Lit, Meta,
    parse::{ParseStream, Parser},
};

use crate::error::{Error, read};

thread_local! {
    /// The files that were read, with their texts: the fingerprints have most of their sources in common.
    static READ: RefCell<HashMap<PathBuf, (String, Rc<Source>)>> = RefCell::default();
}

/// A source file without its comments, documentation and tests.
pub struct Source {
    /// The file, from the folder of the workspace.
    pub path: PathBuf,
    pub tokens: Vec<TokenTree>,
    /// The files of the modules that it declares, but for those of tests.
    modules: Vec<PathBuf>,
    code: OnceCell<String>,
    code_without_settings: OnceCell<String>,
}

impl Source {
    /// Reads the file at `path`, from the folder of the workspace, `root`.
    pub fn read(root: &Path, path: PathBuf) -> Result<Rc<Self>, Error> {
        let file = root.join(&path);
        let text = read(&file)?;
        let unchanged = READ.with_borrow(|all| all.get(&file).filter(|(before, _)| *before == text).cloned());
        if let Some((_, source)) = unchanged {
            return Ok(source);
        }
        let invalid = |error: &dyn ToString| Error::content(&path, error.to_string());
        let items = syn::parse_file(&text).map_err(|error| invalid(&error))?.items;
        let mut modules = Vec::new();
        declared(root, &items, &path, &folder_of_modules(&path), &mut modules);
        let tokens = tokens(&text).map_err(|error| invalid(&error))?;
        let source = Rc::new(Self::new(path, tokens, modules));
        READ.with_borrow_mut(|all| all.insert(file, (text, Rc::clone(&source))));
        Ok(source)
    }

    fn new(path: PathBuf, tokens: Vec<TokenTree>, modules: Vec<PathBuf>) -> Self {
        Self { path, tokens, modules, code: OnceCell::new(), code_without_settings: OnceCell::new() }
    }

    /// Reads the file at `path` and the files of all modules beneath it, in the order in which they are declared.
    pub fn read_all(root: &Path, path: PathBuf) -> Result<Vec<Rc<Self>>, Error> {
        let source = Self::read(root, path)?;
        let modules = source.modules.clone();
        let mut all = vec![source];
        for module in modules {
            all.extend(Self::read_all(root, module)?);
        }
        Ok(all)
    }

    /// The tokens as a text that is the same however they are spaced and broken into lines.
    pub fn code(&self) -> &str {
        self.code.get_or_init(|| spelled(&self.tokens))
    }

    /// The same without the values in `hyperparameters! { ... }`: `hidden: usize` of `hidden: usize { digits: 30, ..
    /// }`.
    pub fn code_without_settings(&self) -> &str {
        self.code_without_settings.get_or_init(|| spelled(&without_settings(&self.tokens)))
    }

    /// The files that string literals name, from the folder of the source or, in the workspace at `root`, one around
    /// it: data that is compiled in, and scripts that are started. Files of the system are none of these.
    pub fn named_files(&self, root: &Path) -> Vec<PathBuf> {
        let folders = || self.path.ancestors().skip(1);
        let file = |name: &String| folders().map(|folder| folder.join(name)).find(|path| root.join(path).is_file());
        let mut names = Vec::new();
        strings(&self.tokens, &mut names);
        names.iter().filter(|name| !name.is_empty() && !name.starts_with('/')).filter_map(file).collect()
    }
}

/// The tokens of the source `text`, without documentation and tests. Comments are no tokens.
pub fn tokens(text: &str) -> Result<Vec<TokenTree>, proc_macro2::LexError> {
    Ok(stripped(&Vec::from_iter(text.parse::<TokenStream>()?)))
}

/// The files and folders in `folder` in the order of their names, from the folder of the workspace.
pub fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = || Error::file(folder, "read");
    let mut files = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(unreadable())? {
        files.push(folder.join(entry.map_err(unreadable())?.file_name()));
    }
    files.sort();
    Ok(files)
}

/// Adds the files of the modules that `items` declare, whose files are in `folder`, to `files`.
fn declared(root: &Path, items: &[Item], path: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    for item in items {
        let Item::Mod(module) = item else { continue };
        if module.attrs.iter().any(is_test) {
            continue;
        }
        let name = module.ident.to_string();
        match &module.content {
            Some((_, items)) => declared(root, items, path, &folder.join(name), files),
            None => files.push(match module.attrs.iter().find_map(path_attribute) {
                Some(named) => path.with_file_name(named),
                None => {
                    let file = folder.join(format!("{name}.rs"));
                    if root.join(&file).exists() { file } else { folder.join(name).join("mod.rs") }
                }
            }),
        }
    }
}

/// The folder in which a source file has the files of its modules.
fn folder_of_modules(path: &Path) -> PathBuf {
    let root_of_folder = ["lib.rs", "main.rs", "mod.rs"].iter().any(|name| path.ends_with(name));
    if root_of_folder { path.parent().unwrap_or(path).to_owned() } else { path.with_extension("") }
}

/// `a.rs` of `#[path = "a.rs"]`.
fn path_attribute(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an item with this attribute is there for tests only.
pub fn is_test(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg") && list.tokens.to_string() == "test")
}

/// `tokens` without attributes of documentation and the items that `#[cfg(test)]` stands before.
fn stripped(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let (mut kept, mut rest) = (Vec::new(), tokens);
    while let [token, after @ ..] = rest {
        rest = after;
        if let Some((attribute, after)) = attribute(token, after) {
            if attribute.starts_with("doc ") {
                rest = after;
                continue;
            }
            if attribute == "cfg (test)"
                && let Some(length) = item_length(after)
            {
                rest = &after[length..];
                continue;
            }
        }
        kept.push(match token {
            TokenTree::Group(group) => with_tokens(group, stripped(&Vec::from_iter(group.stream()))),
            token => token.clone(),
        });
    }
    kept
}

/// The text of the attribute that begins with `token`, if one does, and the tokens behind it.
fn attribute<'a>(token: &TokenTree, after: &'a [TokenTree]) -> Option<(String, &'a [TokenTree])> {
    let after = match after {
        [TokenTree::Punct(inner), after @ ..] if inner.as_char() == '!' => after,
        after => after,
    };
    match (token, after) {
        (TokenTree::Punct(hash), [TokenTree::Group(group), after @ ..])
            if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
        {
            Some((group.stream().to_string(), after))
        }
        _ => None,
    }
}

/// The number of `tokens` that belong to the item that they begin with, if it is one.
fn item_length(tokens: &[TokenTree]) -> Option<usize> {
    let behind_item = |input: ParseStream| input.parse::<Item>().and_then(|_| input.parse::<TokenStream>());
    let behind = behind_item.parse2(tokens.iter().cloned().collect()).ok()?;
    Some(tokens.len() - behind.into_iter().count())
}

/// `group` with other tokens in it.
fn with_tokens(group: &Group, tokens: Vec<TokenTree>) -> TokenTree {
    Group::new(group.delimiter(), tokens.into_iter().collect()).into()
}

/// `tokens` without the values in `hyperparameters! { pub struct Name { field: type { values }, ... } }`.
fn without_settings(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let is_brace =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let declarations = |group: &Group| {
        let fields = |token: TokenTree| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                with_tokens(&group, group.stream().into_iter().filter(|token| !is_brace(token)).collect())
            }
            token => token,
        };
        with_tokens(group, group.stream().into_iter().map(fields).collect())
    };
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let called = matches!(&kept[..], [.., TokenTree::Ident(name), TokenTree::Punct(mark)]
            if name == "hyperparameters" && mark.as_char() == '!');
        kept.push(match token {
            TokenTree::Group(group) if called => declarations(group),
            token => token.clone(),
        });
    }
    kept
}

/// `tokens` as text, with a space after each: but for the commas before a closing bracket, which come and go with the
/// line breaks, and between two characters that mean something else apart, as `a && b` and `a & &b`.
fn spelled(tokens: &[TokenTree]) -> String {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("( ", ") "),
                    Delimiter::Brace => ("{ ", "} "),
                    Delimiter::Bracket => ("[ ", "] "),
                    Delimiter::None => ("", ""),
                };
                let mut inside = Vec::from_iter(group.stream());
                // `(a,)` is not `(a)`.
                let is_tuple_of_one = open == "( " && inside.iter().filter(|token| is_comma(token)).count() == 1;
                inside.pop_if(|last| is_comma(last) && !is_tuple_of_one);
                text += open;
                text += &spelled(&inside);
                text += close;
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                let joined = punct.spacing() == Spacing::Joint
                    && matches!(next, Some(TokenTree::Punct(next))
                        if next.as_char() == punct.as_char() && ['&', '|', '<'].contains(&punct.as_char()));
                if !joined {
                    text.push(' ');
                }
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                text += &token.to_string();
                text.push(' ');
            }
        }
    }
    text
}

/// Adds the values of all string literals in `tokens` to `found`.
fn strings(tokens: &[TokenTree], found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => strings(&Vec::from_iter(group.stream()), found),
            TokenTree::Literal(literal) => {
                if let Lit::Str(string) = Lit::new(literal.clone()) {
                    found.push(string.value());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new(PathBuf::new(), tokens(text).unwrap(), Vec::new())
    }

    fn code(text: &str) -> String {
        source(text).code().to_owned()
    }

    const TEXT: &str = "\
//! A header.

/// A number.
#[inline]
fn sum(a: &[f64], b: bool) -> f64 {
    // Reasons.
    if b && a.len() > 1 { a.iter().sum::<f64>() } else { 2e-4 /* a number */ }
}
";

    #[test]
    fn comments_documentation_spaces_and_tests_do_not_count() {
        let changed = "\
#![doc = \"Another header.\"]
#[inline] fn sum(
    a: &[f64], // the summands
    b: bool,
) -> f64 {
    #[cfg(test)]
    use std::{fs, io};
    if b
        && a.len() > 1
    {
        a
            .iter()
            .sum::<f64>()
    } else {
        2e-4
    }
}

#[cfg(test)]
mod tests {
    fn more() {}
}
";
        assert_eq!(code(TEXT), code(changed));
    }

    #[test]
    fn code_counts() {
        let changes = [
            ("fn sum", "fn total"),
            ("2e-4", "3e-4"),
            ("f64 {", "f32 {"),
            ("> 1", ">= 1"),
            ("&& a", "& a"),
            ("b && a", "b & &a"),
            ("#[inline]", "#[inline(never)]"),
            ("-> f64 {", "-> f64 { #[cfg(not(test))] return 1.0;"),
        ];
        for (old, new) in changes {
            let changed = TEXT.replacen(old, new, 1);
            assert_ne!(changed, TEXT, "{old}");
            assert_ne!(code(TEXT), code(&changed), "{new}");
        }
        assert_ne!(code("const A: (u8,) = (1,);"), code("const A: (u8) = (1);"));
        assert_eq!(code("const A: (u8, u8) = (1, 2);"), code("const A: (u8, u8,) = (1, 2,);"));
        assert_ne!(code("fn a() -> bool { 1 << 2 }"), code("fn a() -> bool { 1 < <u8>::MAX }"));
    }

    #[test]
    fn only_what_follows_a_test_attribute_is_a_test() {
        let kept = "struct A; impl A { fn b(&self) {} } fn c() {}";
        let tested = "struct A; impl A { #[cfg(test)] fn d(&self) -> u8 { 1 } fn b(&self) {} }
            #[cfg(test)] #[derive(Debug)] struct E { f: u8 } #[cfg(test)] use g::{h, i}; fn c() {}
            #[cfg(test)] mod tests;";
        assert_eq!(code(tested), code(kept));
    }

    #[test]
    fn values_of_settings_count_only_where_they_are_asked_for() {
        let text = |digits: u8| {
            format!(
                "hyperparameters! {{ pub struct A {{ hidden: usize {{ digits: {digits}, mnist: 2 }} }} }} fn a() {{ B \
                 {{ c: 1 }} }}"
            )
        };
        let [old, new] = [1, 3].map(|digits| source(&text(digits)));
        assert_ne!(old.code(), new.code());
        assert_eq!(old.code_without_settings(), new.code_without_settings());
        for (before, after) in [("hidden", "units"), ("usize", "f64"), ("c: 1", "c: 2"), ("struct A", "struct B")] {
            let other = source(&text(1).replace(before, after));
            assert_ne!(old.code_without_settings(), other.code_without_settings(), "{after}");
        }
    }

    #[test]
    fn the_modules_of_a_source_are_read_and_those_of_tests_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/lib.rs", "mod b;\nmod c { mod d; }\n#[path = \"../e.rs\"]\nmod e;\n#[cfg(test)]\nmod tests;\n");
        write("a/b.rs", "mod f;");
        write("a/b/f.rs", "");
        write("a/c/d/mod.rs", "");
        write("e.rs", "");
        let sources = Source::read_all(folder.path(), "a/lib.rs".into()).unwrap();
        let paths: Vec<&str> = sources.iter().map(|source| source.path.to_str().unwrap()).collect();
        assert_eq!(paths, ["a/lib.rs", "a/b.rs", "a/b/f.rs", "a/c/d/mod.rs", "a/../e.rs"]);
        write("a/b.rs", "mod g;");
        assert!(Source::read_all(folder.path(), "a/lib.rs".into()).err().unwrap().to_string().contains("g"));
        write("a/b.rs", "fn");
        assert!(Source::read_all(folder.path(), "a/lib.rs".into()).err().unwrap().to_string().starts_with("a/b.rs: "));
    }

    #[test]
    fn files_that_are_named_are_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/src")).unwrap();
        for file in ["a/data.gz", "script.py"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let text = "const A: &[u8] = include_bytes!(\"../data.gz\");\n\
            const B: [&str; 4] = [\"\", \"a\", \"script.py\", \"no\"];\n\
            const C: &str = \"SYSTEM\";"
            .replace("SYSTEM", &folder.path().join("script.py").to_string_lossy());
        let source = Source { path: "a/src/lib.rs".into(), ..source(&text) };
        assert_eq!(source.named_files(folder.path()), [Path::new("a/src/../data.gz"), Path::new("script.py")]);
    }
}
