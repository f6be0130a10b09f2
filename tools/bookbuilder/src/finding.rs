use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

/// Something that is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The page, as it is addressed: `luck.html`.
    pub page: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub repair: String,
    /// Words that the chapter may have where it is to be mended, the surest first.
    pub clues: Vec<String>,
}

/// A place in the sources of the book. `None`: the file as a whole.
struct Place(PathBuf, Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.display())?;
        self.1.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// Returns the findings as lines to print: each with the place to mend, as far as that is known, and one that is on
/// many pages only once. The chapters are in `book/src` in the folder `root`.
pub fn report(root: &Path, findings: &[Finding]) -> Vec<String> {
    let mut pages_of: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let same = pages_of.entry((&finding.problem, &finding.repair)).or_default();
        if same.iter().all(|other| other.page != finding.page) {
            same.push(finding);
        }
    }
    let mut groups: Vec<_> = pages_of.into_values().collect();
    groups.sort_by(|a, b| a[0].page.cmp(&b[0].page));
    groups.into_iter().map(|same| line(root, same[0], same.len() - 1)).collect()
}

/// One line about a finding that `others` pages share.
fn line(root: &Path, finding: &Finding, others: usize) -> String {
    let Finding { page, problem, repair, .. } = finding;
    let place = place(root, finding).map_or(String::new(), |place| format!("{place}: "));
    let others = match others {
        0 => String::new(),
        1 => " (and on one other page)".to_owned(),
        _ => format!(" (and on {others} other pages)"),
    };
    format!("{place}{page}{others}: {problem}; {repair}")
}

/// Where the chapter has the first of the clues that it has.
fn place(root: &Path, finding: &Finding) -> Option<Place> {
    let path = Path::new("book/src").join(finding.page.strip_suffix(".html")?).with_extension("md");
    let chapter = fs::read_to_string(root.join(&path)).ok()?;
    let line_of = |clue: &String| chapter.lines().position(|line| line.contains(clue.as_str()));
    let line = finding.clues.iter().filter(|clue| !clue.is_empty()).find_map(line_of);
    Some(Place(path, line.map(|index| index + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_told_once_and_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("book/src")).unwrap();
        fs::write(folder.path().join("book/src/a.md"), "# A\n\nSee [b](b.md).\n").unwrap();
        let finding = |page: &str, problem: &str, clues: &[&str]| Finding {
            page: page.to_owned(),
            problem: problem.to_owned(),
            repair: "mend it".to_owned(),
            clues: clues.iter().map(ToString::to_string).collect(),
        };
        let findings = [
            finding("a.html", "no b", &["b.html", "b.md"]),
            finding("a.html", "no c", &["c.md"]),
            finding("a.html", "no d", &[]),
            finding("x.html", "no d", &[]),
            finding("x.html", "no e", &["e"]),
        ];
        let lines = [
            "book/src/a.md:3: a.html: no b; mend it",
            "book/src/a.md: a.html: no c; mend it",
            "book/src/a.md: a.html (and on one other page): no d; mend it",
            "x.html: no e; mend it",
        ];
        assert_eq!(report(folder.path(), &findings), lines);
    }
}
