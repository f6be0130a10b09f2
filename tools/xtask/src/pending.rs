//! The list of the records that are being made anew: such a record may be stale, and nothing else.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use records::Pending;

use crate::{
    error::Error,
    finding::{Fault, Finding, line_of},
};

/// The folder of the records, from that of the workspace.
const RECORDS: &str = "book/results";

/// Reads the list.
pub fn load(root: &Path) -> Result<Pending, Error> {
    Pending::load(root).map_err(Error::file(Path::new(Pending::PATH), "read"))
}

/// The line of the list that names the record at `path`, from the folder of the workspace, if one does.
pub fn line(list: &Pending, path: &Path) -> Option<usize> {
    list.line(&name(path))
}

/// Takes the record at `path` off the list, as it was made anew.
pub fn take_off(root: &Path, path: &Path) -> Result<(), Error> {
    let list = load(root)?;
    if line(&list, path).is_some() {
        let file = root.join(Pending::PATH);
        fs::write(&file, list.without(&name(path))).map_err(Error::file(&file, "written"))?;
    }
    Ok(())
}

/// What to say of the record at `path`, which has a `fault` or none.
pub fn finding(list: &Pending, root: &Path, path: &Path, fault: Option<Fault>, repair: &str) -> Option<Finding> {
    match (fault, line(list, path)) {
        (None, None) => None,
        (None, Some(line)) => Some(Finding {
            path: Pending::PATH.into(),
            line,
            problem: format!("{} is not stale", name(path)),
            repair: "take it off the list".to_owned(),
        }),
        (Some(fault), Some(_)) if fault.is_stale => None,
        (Some(Fault { field, problem, .. }), _) => {
            let text = fs::read_to_string(root.join(path)).unwrap_or_default();
            let line = line_of(&text, &format!("\"{field}\""));
            Some(Finding { path: path.to_owned(), line, problem, repair: repair.to_owned() })
        }
    }
}

/// The records on the list that are none of those at the `known` paths.
pub fn unknown(list: &Pending, known: &BTreeSet<PathBuf>) -> Vec<Finding> {
    let unknown = list.records().filter(|(_, record)| !known.contains(&Path::new(RECORDS).join(record)));
    unknown
        .map(|(line, record)| Finding {
            path: Pending::PATH.into(),
            line,
            problem: format!("there is no record {record}"),
            repair: "name one by its path from book/results, or take it off the list".to_owned(),
        })
        .collect()
}

/// What the list calls the record at `path`.
fn name(path: &Path) -> String {
    let parts = path.strip_prefix(RECORDS).unwrap_or(path).components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with a list of one record, and that record.
    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let results = folder.path().join(RECORDS);
        fs::create_dir_all(results.join("digits")).unwrap();
        fs::write(results.join("pending.txt"), "# Anew.\ndigits/a.json\n").unwrap();
        fs::write(results.join("digits/a.json"), "{\n  \"runs\": []\n}\n").unwrap();
        folder
    }

    const LISTED: &str = "book/results/digits/a.json";
    const OTHER: &str = "book/results/digits/b.json";

    #[test]
    fn a_record_on_the_list_may_be_stale_and_nothing_else() {
        let folder = workspace();
        let list = load(folder.path()).unwrap();
        let place = |path: &str, fault| {
            let finding = finding(&list, folder.path(), Path::new(path), fault, "repair")?;
            Some((finding.path.to_str().unwrap().to_owned(), finding.line))
        };
        assert_eq!(place(LISTED, Some(Fault::stale("runs", "old"))), None);
        assert_eq!(place(LISTED, Some(Fault::spoilt("runs", "wrong"))), Some((LISTED.to_owned(), 2)));
        assert_eq!(place(LISTED, None), Some((Pending::PATH.to_owned(), 2)));
        assert_eq!(place(OTHER, Some(Fault::stale("runs", "old"))), Some((OTHER.to_owned(), 1)));
        assert_eq!(place(OTHER, None), None);
    }

    #[test]
    fn what_is_on_the_list_is_a_record() {
        let list = load(workspace().path()).unwrap();
        assert!(unknown(&list, &[LISTED.into(), OTHER.into()].into()).is_empty());
        let findings = unknown(&list, &[OTHER.into()].into());
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_record_is_taken_off_the_list_once() {
        let folder = workspace();
        let text = || fs::read_to_string(folder.path().join(Pending::PATH)).unwrap();
        take_off(folder.path(), Path::new(OTHER)).unwrap();
        assert_eq!(text(), "# Anew.\ndigits/a.json\n");
        for _ in 0..2 {
            take_off(folder.path(), Path::new(LISTED)).unwrap();
            assert_eq!(text(), "# Anew.\n");
        }
        take_off(tempfile::tempdir().unwrap().path(), Path::new(LISTED)).unwrap();
    }
}
