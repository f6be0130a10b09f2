use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::Error;

/// A file that is to be written in the end, and then whole or not at all.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The flag that names it, dashes included.
    pub flag: &'static str,
    /// Where it is to be.
    pub path: PathBuf,
}

impl Destination {
    /// The file at `path`, as `flag` names it: found out now, not after an hour of training, whether it can be written.
    ///
    /// # Errors
    ///
    /// If it cannot.
    pub fn new(flag: &'static str, path: &Path) -> Result<Self, Error> {
        let destination = Self { flag, path: path.to_owned() };
        let problem = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Some("it is a folder".to_owned()),
            Ok(metadata) if metadata.permissions().readonly() => Some("it is write-protected".to_owned()),
            Ok(metadata) if !metadata.is_file() => None,
            _ if path.file_name().is_none() => Some("it is not the name of a file".to_owned()),
            _ => match destination.temporary() {
                Ok(_) => None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Some(format!("there is no folder {}", destination.folder().display()))
                }
                Err(error) => Some(error.to_string()),
            },
        };
        match problem {
            Some(problem) => Err(destination.unwritable(problem)),
            None => Ok(destination),
        }
    }

    /// Write the file, with `contents`.
    ///
    /// # Errors
    ///
    /// If it cannot be written. What was there before is still there then.
    pub fn write(&self, contents: &[u8]) -> Result<(), Error> {
        self.replace(contents).map_err(|error| self.unwritable(error.to_string()))
    }

    fn replace(&self, contents: &[u8]) -> io::Result<()> {
        // A device or a pipe cannot be replaced, but written to.
        if fs::metadata(&self.path).is_ok_and(|metadata| !metadata.is_file()) {
            return fs::write(&self.path, contents);
        }
        let mut file = self.temporary()?;
        file.write_all(contents)?;
        file.as_file().sync_all()?;
        file.persist(self.target())?;
        Ok(())
    }

    /// A nameless beginning of the file, in the same folder.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        // Readable for others, as far as the user's mask lets them, like any file that is not temporary.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(self.folder())
    }

    fn folder(&self) -> PathBuf {
        match self.target().parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// Where the file really is, if its name is a symbolic link.
    fn target(&self) -> PathBuf {
        fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    fn unwritable(&self, problem: String) -> Error {
        Error::Unwritable { flag: self.flag, path: self.path.clone(), problem }
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
    inputs: impl IntoIterator<Item = (&'a str, &'a Path)>,
) -> Result<(), Error> {
    let mut known: Vec<(&str, PathBuf)> =
        inputs.into_iter().filter_map(|(flag, path)| Some((flag, fs::canonicalize(path).ok()?))).collect();
    for output in outputs {
        let Some(name) = output.path.file_name() else { continue };
        // The file need not exist yet, but its folder does.
        let path = fs::canonicalize(&output.path)
            .or_else(|_| Ok::<_, io::Error>(fs::canonicalize(output.folder())?.join(name)))
            .unwrap_or_else(|_| output.path.clone());
        if path.is_file() || !path.exists() {
            if let Some((flag, _)) = known.iter().find(|(_, other)| *other == path) {
                return Err(Error::flag(output.flag, format!("{} is already named by {flag}", path.display())));
            }
            known.push((output.flag, path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &Path) -> String {
        Destination::new("--save", path).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_written_is_found_out_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let locked = folder.path().join("locked");
        fs::write(&locked, "precious").unwrap();
        let mut permissions = fs::metadata(&locked).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&locked, permissions).unwrap();

        assert!(problem(&folder.path().join("no/model")).ends_with(&format!("there is no folder {}/no", folder.path().display())));
        assert!(problem(folder.path()).ends_with("it is a folder"));
        assert!(problem(&locked).ends_with("it is write-protected"));
        assert!(problem(Path::new("")).ends_with("it is not the name of a file"));
        // A folder that is a file.
        assert!(problem(&locked.join("model")).starts_with("--save: cannot write"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the check leaves nothing behind");
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for contents in ["a long first version", "short"] {
            Destination::new("--report", &path).unwrap().write(contents.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing temporary is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        Destination::new("--save", &link).unwrap().write(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
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
