//! What the browser shows of the pages: their defects, and pictures of them.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    browser::{Browser, Scheme, Visit},
    error::Error,
    finding::Finding,
    pages::pages,
    site::Site,
};

/// A laptop and a phone, in CSS pixels.
const WIDTHS: [u32; 2] = [1280, 390];
const SCHEMES: [Scheme; 2] = [Scheme::Light, Scheme::Dark];
/// What a page may weigh with all that it loads, in bytes.
const MAX_WEIGHT: f64 = 500_000.0;
/// The whole book on one page, which may weigh what it does.
const PRINT: &str = "print.html";
/// The table of contents for browsers without scripts, which is shown within other pages only.
const CONTENTS: &str = "toc.html";
const LOOK: &str = include_str!("look.js");

/// What `LOOK` gives.
#[derive(Deserialize)]
struct PageReport {
    faint: Vec<Faint>,
    wide: Vec<Wide>,
}

/// Text that is hard to read.
#[derive(Deserialize)]
struct Faint {
    element: String,
    text: String,
    colours: String,
    ratio: f64,
    needed: f64,
}

/// An element that reaches beyond the page.
#[derive(Deserialize)]
struct Wide {
    element: String,
    text: String,
    /// By how much, in CSS pixels.
    beyond: f64,
}

/// What is wrong with the pages in the folder `site` when a browser shows them: requests that leave the site or fail,
/// errors on the console, weight, text that is too faint, what reaches beyond the page.
///
/// # Errors
///
/// If there is no browser, or a page does not load.
pub fn check(site: &Path) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    tour(site, |browser, origin, page, scheme, width, visit| {
        let mut find = |problem: String, repair: &str, clues: Vec<String>| {
            findings.push(Finding { page: page.to_owned(), problem, repair: repair.to_owned(), clues });
        };
        traffic(origin, page, &visit, &mut find);
        let look = browser.evaluate(LOOK)?;
        let look: PageReport = serde_json::from_str(&look)
            .map_err(|error| Error::Page { url: format!("{origin}{page}"), problem: error.into() })?;
        for Faint { element, text, colours, ratio, needed } in look.faint {
            let scheme = scheme.name();
            let problem =
                format!("`{element}` is too faint in the {scheme} theme: {colours}, a contrast of {ratio:.2}");
            let repair = format!("it needs {needed}: change a colour in book/theme");
            find(problem, &repair, vec![start(&text)]);
        }
        for Wide { element, text, beyond } in look.wide {
            let problem = format!("`{element}` reaches {beyond:.0} px beyond a page that is {width} px wide");
            find(problem, "let it break, or scroll by itself (overflow-x: auto)", vec![start(&text)]);
        }
        Ok(())
    })?;
    Ok(findings)
}

/// Draw each page in the folder `site` into PNG files in `folder`, for a laptop and a phone, light and dark.
///
/// # Errors
///
/// If there is no browser, a page does not load, or a file cannot be written.
pub fn draw(site: &Path, folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file(folder, "written"))?;
    tour(site, |browser, _, page, scheme, width, _| {
        if page == PRINT {
            return Ok(());
        }
        let name = format!("{}-{width}-{}", page.trim_end_matches(".html").replace('/', "-"), scheme.name());
        for (index, picture) in browser.pictures(width)?.iter().enumerate() {
            let part = if index == 0 { String::new() } else { format!("-part-{}", index + 1) };
            let path = folder.join(format!("{name}{part}.png"));
            fs::write(&path, picture).map_err(Error::file(&path, "written"))?;
        }
        Ok(())
    })
}

/// Show every page in the folder `site` in every width and theme, and `look` at it: the browser, where the site is, the
/// page, how it is shown, and what happened as it was loaded.
fn tour(
    site: &Path,
    mut look: impl FnMut(&Browser, &str, &str, Scheme, u32, Visit) -> Result<(), Error>,
) -> Result<(), Error> {
    let pages = pages(site)?;
    let server = Site::serve(site, 0, false)?;
    let origin = format!("http://{}/", server.address);
    let browser = Browser::start()?;
    for page in pages.iter().filter(|page| *page != CONTENTS) {
        for scheme in SCHEMES {
            for width in WIDTHS {
                let visit = browser.visit(&format!("{origin}{page}"), scheme, width)?;
                look(&browser, &origin, page, scheme, width, visit)?;
            }
        }
    }
    Ok(())
}

/// What is wrong with what a page loads and tells.
fn traffic(origin: &str, page: &str, visit: &Visit, find: &mut impl FnMut(String, &str, Vec<String>)) {
    let loads = |url: &str| ["http:", "https:", "ws:", "wss:", "ftp:"].iter().any(|scheme| url.starts_with(scheme));
    for request in visit.requests.iter().filter(|request| loads(&request.url)) {
        let clues = vec![request.url.clone()];
        match (request.url.strip_prefix(origin), &request.failure) {
            (None, _) => find(format!("it loads {} from elsewhere", request.url), "keep a copy in the book", clues),
            (Some(path), Some(failure)) => {
                find(format!("it loads {path}, which fails: {failure}"), "correct its address", vec![path.to_owned()]);
            }
            (Some(_), None) => {}
        }
    }
    for error in &visit.errors {
        let error = error.lines().next().unwrap_or_default();
        find(format!("the console has an error: {error}"), "mend the script", Vec::new());
    }
    let weight: f64 = visit.requests.iter().map(|request| request.bytes).sum();
    if weight > MAX_WEIGHT && page != PRINT {
        let heaviest = visit.requests.iter().max_by(|a, b| a.bytes.total_cmp(&b.bytes));
        let heaviest = heaviest.map_or("", |request| &request.url);
        let heaviest = heaviest.strip_prefix(origin).unwrap_or(heaviest);
        let problem = format!("it weighs {:.0} kB, most of it {heaviest}", weight / 1000.0);
        find(problem, &format!("spare something: {} kB are enough", MAX_WEIGHT / 1000.0), Vec::new());
    }
}

/// The first words of a text, which its chapter may have on one line.
fn start(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a site of one page of `main`.
    fn problems(main: &str) -> Vec<String> {
        let site = tempfile::tempdir().unwrap();
        let head = "<!DOCTYPE html><title>T</title><link rel=icon href='data:,'>\
            <style>:root { color-scheme: light dark }</style>";
        fs::write(site.path().join("page.html"), format!("{head}<main>{main}</main>")).unwrap();
        let mut problems: Vec<_> = check(site.path()).unwrap().into_iter().map(|finding| finding.problem).collect();
        problems.sort();
        problems.dedup();
        problems
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn a_sound_page_has_no_findings() {
        let wide = "<div style='overflow-x: auto'><pre>".to_owned() + &"long ".repeat(500) + "</pre></div>";
        let hidden = "<p style='display: none; color: #777'>Faint</p><script>console.log('no error')</script>";
        assert_eq!(problems(&format!("<h1>Title</h1><p>Text{wide}{hidden}")), [""; 0]);
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn requests_that_leave_or_fail_are_found() {
        assert_eq!(
            problems("<img src='http://elsewhere.invalid/a.png' alt=A><img src='none.png' alt=A>"),
            ["it loads http://elsewhere.invalid/a.png from elsewhere", "it loads none.png, which fails: status 404"]
        );
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn errors_on_the_console_are_found() {
        assert_eq!(
            problems("<script>console.error('told', 1)</script><script>undefined.thrown</script>"),
            [
                "the console has an error: TypeError: Cannot read properties of undefined (reading 'thrown')",
                "the console has an error: told 1"
            ]
        );
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn text_that_is_too_faint_is_found() {
        // By WCAG's formula, #777 on white has 4.48; black at an opacity of 0.5 on white, a grey of 0.5, has 3.98.
        assert_eq!(
            problems("<p style='color: #777; background: #fff'>Faint<p style='color: #767676; background: #fff'>Not"),
            [
                "`main > p` is too faint in the dark theme: #777777 on #ffffff, a contrast of 4.48",
                "`main > p` is too faint in the light theme: #777777 on #ffffff, a contrast of 4.48"
            ]
        );
        assert_eq!(problems("<p style='font-size: 24px; color: #777; background: #fff'>Large"), [""; 0]);
        let seen = problems("<div style='background: #fff'><p style='opacity: 0.5; color: #000'>Half</div>");
        assert!(seen.iter().all(|seen| seen.contains("#808080 on #ffffff, a contrast of 3.98")), "{seen:?}");
        let dark = problems("<p style='color: #444'>Only in the dark");
        assert!(dark.len() == 1 && dark[0].contains("in the dark theme"), "{dark:?}");
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn what_reaches_beyond_a_page_is_found() {
        let found = problems("<body style='margin: 0'><main><p style='width: 400px'>Wide");
        assert_eq!(found, ["`main > p` reaches 10 px beyond a page that is 390 px wide"]);
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn a_page_that_is_too_heavy_is_found() {
        let found = problems(&format!("<p hidden>{}", "heavy ".repeat(100_000)));
        assert!(found.len() == 1 && found[0].ends_with(" kB, most of it page.html"), "{found:?}");
    }

    #[test]
    #[ignore = "needs Chromium; .ci/run runs it"]
    fn a_page_is_drawn_as_often_as_it_is_shown() {
        let (site, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(site.path().join("page.html"), "<!DOCTYPE html><main style='height: 20000px'>Long").unwrap();
        draw(site.path(), folder.path()).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let kinds = ["1280-dark", "1280-light", "390-dark", "390-light"];
        let expected: Vec<_> =
            kinds.iter().flat_map(|kind| ["-part-2", ""].map(|part| format!("page-{kind}{part}.png"))).collect();
        assert_eq!(names, expected);
    }
}
