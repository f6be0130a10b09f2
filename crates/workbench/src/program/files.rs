//! Files that are written in the end, and checked in the beginning.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Error, arguments::Files, atomic};

/// A file that is written in the end.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The flag that names it, dashes included.
    pub flag: &'static str,
    /// Where it is to be.
    pub path: PathBuf,
}

impl Destination {
    /// The file at `path`, as `flag` names it. Whether it can be written is found out now, and not after an hour of
    /// training.
    ///
    /// # Errors
    ///
    /// If it cannot.
    pub fn new(flag: &'static str, path: &Path) -> Result<Self, Error> {
        let destination = Self { flag, path: path.to_owned() };
        match atomic::check(path) {
            Ok(()) => Ok(destination),
            Err(error) => Err(destination.unwritable(error)),
        }
    }

    /// Write the file, with `contents`, whole or not at all.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, contents: &str) -> Result<(), Error> {
        atomic::write(&self.path, contents.as_bytes()).map_err(|error| self.unwritable(error))
    }

    fn unwritable(&self, source: io::Error) -> Error {
        Error::Unwritable { flag: self.flag, path: self.path.clone(), source }
    }

    /// The one name of the file, by whatever way its path gets there. It need not exist yet, but its folder does.
    fn identity(&self) -> io::Result<PathBuf> {
        fs::canonicalize(&self.path).or_else(|error| {
            let name = self.path.file_name().ok_or(error)?;
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Ok(fs::canonicalize(folder.unwrap_or(Path::new(".")))?.join(name))
        })
    }
}

/// The files of a training that are written in the end.
#[derive(Debug)]
pub struct Destinations {
    /// The network.
    pub save: Option<Destination>,
    /// The report.
    pub report: Option<Destination>,
    /// The plot.
    pub plot: Option<Destination>,
}

impl Destinations {
    pub fn new(files: &Files) -> Result<Self, Error> {
        let destination = |flag, path: &Option<_>| path.as_deref().map(|path| Destination::new(flag, path)).transpose();
        Ok(Self {
            save: destination("--save", &files.save)?,
            report: destination("--report", &files.report)?,
            plot: destination("--plot", &files.plot)?,
        })
    }

    /// Those that were asked for.
    pub fn all(&self) -> impl Iterator<Item = &Destination> {
        [&self.save, &self.report, &self.plot].into_iter().flatten()
    }
}

/// Make sure that no file is written over another one: that the `outputs` are all different from each other, and from
/// the `inputs` that are only to be read, each with its flag.
///
/// # Errors
///
/// If two are the same.
pub fn keep_apart<'a>(
    outputs: impl IntoIterator<Item = &'a Destination>,
    inputs: impl IntoIterator<Item = (&'static str, &'a Path)>,
) -> Result<(), Error> {
    let mut known: Vec<(&str, PathBuf)> =
        inputs.into_iter().filter_map(|(flag, path)| Some((flag, fs::canonicalize(path).ok()?))).collect();
    for output in outputs {
        // What has no identity yet cannot be that of another. A device takes what comes.
        let Some(path) = output.identity().ok().filter(|path| path.is_file() || !path.exists()) else { continue };
        if let Some((flag, _)) = known.iter().find(|(_, other)| *other == path) {
            return Err(Error::flag(output.flag, format!("{} is already named by {flag}", output.path.display())));
        }
        known.push((output.flag, path));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_flag_and_the_file() {
        let error = Destination::new("--save", Path::new("no/such/folder/model")).unwrap_err();
        assert_eq!(error.to_string(), "--save: cannot write no/such/folder/model: there is no folder no/such/folder");
    }

    #[test]
    fn no_file_is_written_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data.csv");
        fs::write(&data, "1,2,3").unwrap();
        let output = |flag, name: &str| Destination::new(flag, &folder.path().join(name)).unwrap();

        let (save, same, report) = (output("--save", "a"), output("--report", "./a"), output("--report", "b"));
        assert!(keep_apart([&save, &report], [("--dataset", data.as_path())]).is_ok());
        assert!(keep_apart([&save, &same], []).unwrap_err().to_string().ends_with("is already named by --save"));
        let over = output("--plot", "data.csv");
        let error = keep_apart([&over], [("--dataset", data.as_path())]).unwrap_err();
        assert!(error.to_string().ends_with("data.csv is already named by --dataset"));
    }
}
