//! The built pages, and what can be told of them without a browser.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use percent_encoding::percent_decode_str;
use scraper::{ElementRef, Html, Node};
use url::Url;

use crate::{error::Error, finding::Finding};

/// What the addresses of the pages are resolved against; there is no such place.
const SITE: &str = "http://book.invalid/";
/// What in a page leads to another, or is loaded with it.
const REFERENCES: [(&str, &str); 10] = [
    ("a", "href"),
    ("area", "href"),
    ("link", "href"),
    ("use", "href"),
    ("image", "href"),
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("object", "data"),
];
/// What in the text of a page names elements of the same page.
const NAMES: [&str; 5] = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details"];

/// A page as a browser reads it.
struct Page {
    address: Url,
    html: Html,
    /// The ids of its elements, in their order.
    ids: Vec<String>,
}

/// The addresses of the pages in the folder `site`, from there, sorted.
///
/// # Errors
///
/// If the folder cannot be read, or has no pages.
pub fn pages(site: &Path) -> Result<Vec<String>, Error> {
    let mut pages = Vec::new();
    let mut folders = vec![site.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(Error::file(&folder, "read"))? {
            let path = entry.map_err(Error::file(&folder, "read"))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let names = path.strip_prefix(site).unwrap_or(&path).components();
                pages.push(names.map(|name| name.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"));
            }
        }
    }
    if pages.is_empty() {
        return Err(Error::NoPages { site: site.to_owned() });
    }
    pages.sort();
    Ok(pages)
}

/// What is wrong with the pages in the folder `site`: directives that nothing has replaced, links and ids that lead
/// nowhere, ids that are not unique, pictures without words.
///
/// # Errors
///
/// If a page cannot be read.
pub fn check(site: &Path) -> Result<Vec<Finding>, Error> {
    let base = Url::parse(SITE)?;
    let mut read = BTreeMap::new();
    for name in pages(site)? {
        let path = site.join(&name);
        let text = fs::read_to_string(&path).map_err(Error::file(&path, "read"))?;
        let html = Html::parse_document(&text);
        let ids = elements(&html).filter_map(|element| element.attr("id")).map(str::to_owned).collect();
        let address = base.join(&name)?;
        read.insert(name, Page { address, html, ids });
    }
    let mut findings = Vec::new();
    for (name, page) in &read {
        let mut find = |problem: String, repair: &str, clues: Vec<String>| {
            findings.push(Finding { page: name.clone(), problem, repair: repair.to_owned(), clues });
        };
        directives(page, &mut find);
        ids(page, &mut find);
        links(page, site, &read, &mut find);
        pictures(page, &mut find);
    }
    Ok(findings)
}

fn directives(page: &Page, find: &mut impl FnMut(String, &str, Vec<String>)) {
    let quoting = ["code", "pre", "script", "style"];
    for node in page.html.tree.nodes() {
        let quoted =
            || node.ancestors().filter_map(ElementRef::wrap).any(|element| quoting.contains(&element.value().name()));
        let texts = match node.value() {
            Node::Text(text) if !quoted() => vec![&**text],
            Node::Element(element) => element.attrs().map(|(_, value)| value).collect(),
            _ => continue,
        };
        for text in texts {
            if let Some(start) = text.find("{{#") {
                let directive = text[start..].lines().next().unwrap_or_default();
                let clues = vec![directive.to_owned()];
                find(format!("`{directive}` is still there"), "correct its name, or set it as code", clues);
            }
        }
    }
}

fn ids(page: &Page, find: &mut impl FnMut(String, &str, Vec<String>)) {
    let mut seen = BTreeSet::new();
    for id in page.ids.iter().filter(|id| !seen.insert(*id)) {
        let clues = vec![format!("id=\"{id}\""), format!("{{#{id}")];
        find(format!("the id `{id}` is there twice"), "give one of the two another", clues);
    }
    for element in elements(&page.html).filter(|element| has_ancestor(*element, "main")) {
        for name in NAMES {
            for id in
                element.attr(name).unwrap_or_default().split_whitespace().filter(|id| !seen.contains(&id.to_string()))
            {
                let clues = vec![format!("{name}=\"{id}\"")];
                find(format!("`{name}` names the id `{id}`, which is not there"), "correct it", clues);
            }
        }
    }
}

fn links(page: &Page, site: &Path, pages: &BTreeMap<String, Page>, find: &mut impl FnMut(String, &str, Vec<String>)) {
    let given =
        elements(&page.html).find(|element| element.value().name() == "base").and_then(|base| base.attr("href"));
    let base = given.and_then(|given| page.address.join(given).ok()).unwrap_or_else(|| page.address.clone());
    for element in elements(&page.html) {
        let name = element.value().name();
        for link in REFERENCES.iter().filter(|(of, _)| *of == name).filter_map(|(_, attribute)| element.attr(attribute))
        {
            let clues = || {
                let as_written = link.replace(".html", ".md");
                let anchor = link.split_once('#').map_or(String::new(), |(_, id)| format!("#{id}"));
                vec![format!("({as_written})"), as_written, link.to_owned(), anchor]
            };
            let Ok(target) = base.join(link) else {
                find(format!("`{link}` is no address"), "correct it", clues());
                continue;
            };
            if target.origin() != page.address.origin() {
                let loads = !matches!(name, "a" | "area") && matches!(target.scheme(), "http" | "https");
                if loads {
                    find(format!("<{name}> loads {target} from elsewhere"), "keep a copy in the book", clues());
                }
                continue;
            }
            let path = percent_decode_str(target.path().trim_start_matches('/')).decode_utf8_lossy().into_owned();
            let path = if path.is_empty() || path.ends_with('/') { path + "index.html" } else { path };
            let id = percent_decode_str(target.fragment().unwrap_or_default()).decode_utf8_lossy().into_owned();
            match pages.get(&path) {
                None if site.join(&path).is_file() => {}
                None => find(format!("`{link}` leads nowhere: there is no {path}"), "correct the link", clues()),
                Some(target) if !id.is_empty() && !target.ids.contains(&id) => {
                    find(format!("`{link}` leads nowhere: {path} has no id `{id}`"), "correct the link", clues());
                }
                Some(_) => {}
            }
        }
    }
}

fn pictures(page: &Page, find: &mut impl FnMut(String, &str, Vec<String>)) {
    let filled = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    for element in elements(&page.html).filter(|element| element.attr("aria-hidden") != Some("true")) {
        match element.value().name() {
            "img" if !filled(element.attr("alt")) && element.attr("role") != Some("presentation") => {
                let source = element.attr("src").unwrap_or_default();
                let problem = format!("the picture `{source}` has no text for those who do not see it");
                find(problem, "give it an alt", vec![source.to_owned()]);
            }
            "svg" => {
                let title = element.child_elements().find(|child| child.value().name() == "title");
                let named = filled(element.attr("aria-label"))
                    || filled(element.attr("aria-labelledby"))
                    || title.is_some_and(|title| filled(Some(&title.text().collect::<String>())));
                let says_something = element.attr("role") == Some("img")
                    || element.descendent_elements().any(|child| child.value().name() == "text");
                if says_something && !named {
                    let words: Vec<&str> = element.text().flat_map(str::split_whitespace).take(5).collect();
                    let problem =
                        format!("a drawing (\"{}\") has no text for those who do not see it", words.join(" "));
                    find(problem, "give it an aria-label, or a title as its first child", vec!["<svg".to_owned()]);
                }
            }
            _ => {}
        }
    }
}

fn elements(html: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    html.tree.nodes().filter_map(ElementRef::wrap)
}

fn has_ancestor(element: ElementRef<'_>, name: &str) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).any(|ancestor| ancestor.value().name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a site of `main` in page.html, and of other.html.
    fn problems(main: &str) -> Vec<String> {
        let site = tempfile::tempdir().unwrap();
        let page = format!("<!DOCTYPE html><title>T</title><main>{main}</main>");
        fs::write(site.path().join("page.html"), page).unwrap();
        fs::write(site.path().join("other.html"), "<!DOCTYPE html><title>T</title><h1 id='größe'>O</h1>").unwrap();
        fs::write(site.path().join("picture.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        check(site.path()).unwrap().into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn a_sound_page_has_no_findings() {
        let main = "<p id='a'><code>{{#code x}}</code> <a href='#a'>a</a> <a href='other.html#gr%C3%B6%C3%9Fe'>o</a> \
            <a href='https://example.org/#x'>e</a> <img src='picture.svg' alt='A picture'> \
            <svg role='img'><title>A curve</title><text>1</text></svg> <svg aria-hidden='true'></svg>";
        assert_eq!(problems(main), [""; 0]);
    }

    #[test]
    fn a_directive_that_is_still_there_is_found() {
        assert_eq!(problems("<p>A {{#valeu x y}}"), ["`{{#valeu x y}}` is still there"]);
        assert_eq!(problems("<a href='{{#x}}.html'>a</a>")[0], "`{{#x}}.html` is still there");
    }

    #[test]
    fn ids_are_there_once() {
        assert_eq!(problems("<p id='a'><p id='a'>"), ["the id `a` is there twice"]);
        let names = "`aria-labelledby` names the id `b`, which is not there";
        assert_eq!(problems("<p id='a' aria-labelledby='a b'>"), [names]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        assert_eq!(problems("<a href='none.html'>"), ["`none.html` leads nowhere: there is no none.html"]);
        assert_eq!(problems("<a href='#none'>"), ["`#none` leads nowhere: page.html has no id `none`"]);
        assert_eq!(problems("<a href='other.html#x'>"), ["`other.html#x` leads nowhere: other.html has no id `x`"]);
        assert_eq!(problems("<img alt='A' src='none.png'>"), ["`none.png` leads nowhere: there is no none.png"]);
        assert_eq!(problems("<a href='http://['>"), ["`http://[` is no address"]);
    }

    #[test]
    fn what_is_loaded_from_elsewhere_is_found() {
        let found = "<script> loads https://example.org/x.js from elsewhere";
        assert_eq!(problems("<script src='https://example.org/x.js'></script>"), [found]);
    }

    #[test]
    fn a_picture_without_words_is_found() {
        let found = "the picture `picture.svg` has no text for those who do not see it";
        assert_eq!(problems("<img src='picture.svg'>"), [found]);
        assert_eq!(problems("<img src='picture.svg' alt=' '>"), [found]);
        let found = "a drawing (\"0.5 1\") has no text for those who do not see it";
        assert_eq!(problems("<svg role='img'><text>0.5</text><text> 1</text></svg>"), [found]);
        assert_eq!(problems("<svg><text>0.5</text><text> 1</text></svg>"), [found]);
    }

    #[test]
    fn a_folder_without_pages_does_not_pass() {
        assert!(matches!(check(tempfile::tempdir().unwrap().path()), Err(Error::NoPages { .. })));
    }
}
