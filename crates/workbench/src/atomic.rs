//! Files that are written whole or not at all.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// Write `bytes` to the file at `path`, or leave what is there as it is: they go to a temporary file beside it, which
/// takes its place, and its mode and owner, once they are safely on the disk. A device or a pipe is written to as it
/// is, and so is the file that standard output or standard error goes to (`/dev/stdout`): at its end.
///
/// # Errors
///
/// If the folder does not exist, or the system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(mut stream) = stream(path) {
        return stream.write_all(bytes).and_then(|()| stream.flush());
    }
    if is_special(path) {
        return fs::write(path, bytes);
    }
    let path = target(path);
    let mut file = temporary(&path)?;
    file.write_all(bytes)?;
    if let Ok(replaced) = fs::metadata(&path) {
        file.as_file().set_permissions(replaced.permissions())?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            // Only root may give a file away. For others, it is theirs afterwards.
            let _ = fchown(file.as_file(), Some(replaced.uid()), Some(replaced.gid()));
        }
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Find out whether the file at `path` could be written, and leave no trace of it.
///
/// # Errors
///
/// If `path` is a folder or no name of a file, if what is there is write-protected, if the folder does not exist, or
/// the system refuses.
#[cfg(feature = "program")]
pub fn check(path: &Path) -> io::Result<()> {
    let problem = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::InvalidFilename => "its name is too long",
        Err(_) if path.as_os_str().to_string_lossy().ends_with(std::path::is_separator) => "it is the name of a folder",
        Ok(metadata) if metadata.is_dir() => "it is a folder",
        Ok(metadata) if metadata.permissions().readonly() => "it is write-protected",
        _ if path.file_name().is_none() => "it is not the name of a file",
        _ if is_special(path) || stream(path).is_some() => return Ok(()),
        // Dropped, and so deleted, at once.
        _ => return temporary(&target(path)).map(drop),
    };
    Err(io::Error::other(problem))
}

fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Returns the standard stream that goes to the file at `path`, if one does.
#[cfg(unix)]
fn stream(path: &Path) -> Option<Box<dyn Write>> {
    use std::os::{fd::AsFd, unix::fs::MetadataExt};

    let wanted = fs::metadata(path).ok()?;
    let is_it = |stream: &dyn AsFd| {
        let file = stream.as_fd().try_clone_to_owned().map(fs::File::from);
        let metadata = file.and_then(|file| file.metadata());
        metadata.is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == (wanted.dev(), wanted.ino()))
    };
    if is_it(&io::stdout()) {
        Some(Box::new(io::stdout()))
    } else if is_it(&io::stderr()) {
        Some(Box::new(io::stderr()))
    } else {
        None
    }
}

/// Elsewhere no path leads to a stream.
#[cfg(not(unix))]
fn stream(_path: &Path) -> Option<Box<dyn Write>> {
    None
}

/// What is replaced: what a link points to, and not the link.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or(path.to_owned())
}

/// A temporary file in the same folder as the file at `path`.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    // The parent of a bare file name is an empty path.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display())));
    }
    let mut builder = tempfile::Builder::new();
    // Readable for whom a new file is readable, and not only for its owner, as temporary files are.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    // The name of the temporary file, which is in the error too, would help nobody.
    builder.tempfile_in(folder).map_err(|error| io::Error::from(error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, b"a longer text").unwrap();
        write(&path, b"short").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"short");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let error = write(&missing.join("file"), b"text").unwrap_err();
        assert_eq!(error.to_string(), format!("there is no folder {}", missing.display()));
        assert!(!missing.exists());
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write(folder.path(), b"text").is_err());
        assert!(folder.path().is_dir());
    }

    #[test]
    fn what_cannot_be_written_is_found_out_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let locked = folder.path().join("locked");
        write(&locked, b"precious").unwrap();
        let mut permissions = fs::metadata(&locked).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&locked, permissions).unwrap();

        let problem = |path: &Path| check(path).unwrap_err().to_string();
        assert!(problem(&folder.path().join("missing/file")).starts_with("there is no folder"));
        assert!(problem(&locked.join("file")).starts_with("there is no folder"));
        assert_eq!(problem(folder.path()), "it is a folder");
        assert_eq!(problem(&locked), "it is write-protected");
        assert_eq!(problem(Path::new("")), "it is not the name of a file");
        assert!(check(&folder.path().join("new")).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&path, b"old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_replaced_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(write(&path, b"text").is_err());
        assert!(!fs::metadata(&path).unwrap().is_file());
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_it_as_any_new_file() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (path, plain) = (folder.path().join("file"), folder.path().join("plain"));
        write(&path, b"text").unwrap();
        fs::write(&plain, b"text").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}
