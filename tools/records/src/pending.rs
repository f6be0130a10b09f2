use std::{fs, io, path::Path};

/// The list of the records that are being made anew since the code has changed: until they are, their numbers are shown
/// with a mark. Each line of its file names one by its path from `book/results`; `#` begins a comment.
#[derive(Debug, Default)]
pub struct Pending {
    text: String,
}

impl Pending {
    /// Its file, from the folder of the workspace.
    pub const PATH: &str = "book/results/pending.txt";

    /// Reads the list of the workspace at `root`. Without its file, it is empty.
    ///
    /// # Errors
    ///
    /// If the file is there and cannot be read.
    pub fn load(root: &Path) -> io::Result<Self> {
        match fs::read_to_string(root.join(Self::PATH)) {
            Ok(text) => Ok(Self { text }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Its records, each with its line, from 1.
    pub fn records(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, record(line)?)))
    }

    /// The line of a record, such as `digits/vectorized.json`, if it is on the list.
    pub fn line(&self, name: &str) -> Option<usize> {
        self.records().find(|(_, record)| *record == name).map(|(line, _)| line)
    }

    /// The text of the file without a record.
    pub fn without(&self, name: &str) -> String {
        self.text.split_inclusive('\n').filter(|line| record(line) != Some(name)).collect()
    }
}

/// The record that a line names.
fn record(line: &str) -> Option<&str> {
    let name = line.split('#').next().unwrap_or_default().trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_its_records_and_comments() {
        let list = Pending { text: "# Anew.\n\ndigits/a.json\nbench.json # on a quiet machine\n".to_owned() };
        assert_eq!(Vec::from_iter(list.records()), [(3, "digits/a.json"), (4, "bench.json")]);
        assert_eq!((list.line("bench.json"), list.line("digits/b.json"), list.line("# Anew.")), (Some(4), None, None));
        assert_eq!(list.without("digits/a.json"), "# Anew.\n\nbench.json # on a quiet machine\n");
        assert_eq!(list.without("digits/b.json"), list.text);
    }

    #[test]
    fn without_a_file_it_is_empty() {
        assert_eq!(Pending::load(Path::new("no/such/folder")).unwrap().records().count(), 0);
    }
}
