//! Downloads MNIST.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use ureq::{Agent, Body, http::Response};

use crate::{
    Error,
    idx::IdxFile,
    mnist::{self, Folder},
};

/// Where MNIST is published, in the order in which they are tried: the mirrors that TensorFlow and PyTorch use.
pub const MIRRORS: [&str; 2] =
    ["https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/"];

/// How long a server may stay silent before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Download what is missing of MNIST to `data_dir`, or to the folder where [`mnist`](crate::mnist()) looks without
/// one, and give that folder.
///
/// Files that are there and good stay as they are, compressed or not. One that is not good is set aside under another
/// name. A download that breaks off is taken up again where it ended. What was downloaded is checked to the last bit
/// before it gets the name of a file of MNIST.
///
/// # Errors
///
/// If none of the `mirrors` has a file, or the folder cannot be written to.
pub fn mnist(data_dir: Option<&Path>, mirrors: &[String], quiet: bool) -> Result<PathBuf, Error> {
    let folder = Folder::find(data_dir)?.path;
    let agent = agent(PATIENCE).build().into();
    Fetcher { agent, mirrors, quiet }.fetch(&mnist::files(), &folder)?;
    Ok(folder)
}

fn agent(patience: Duration) -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_resolve(Some(patience))
        .timeout_connect(Some(patience))
        .timeout_recv_response(Some(patience))
        .timeout_per_read(Some(patience))
}

/// Gets files from mirrors.
struct Fetcher<'a> {
    agent: Agent,
    mirrors: &'a [String],
    quiet: bool,
}

/// Why a file did not come from a mirror.
enum MirrorError {
    /// It is the mirror's fault, or the network's: try the next.
    Mirror(String),
    /// The file cannot be kept here: another mirror is of no use.
    Here(Error),
}

impl Fetcher<'_> {
    /// See to it that `folder` has `files`.
    fn fetch(&self, files: &[IdxFile], folder: &Path) -> Result<(), Error> {
        if self.wanted(files, folder)?.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
        let _lock = self.lock(folder)?;
        // Whoever had the lock before may have brought them.
        for file in self.wanted(files, folder)? {
            let bytes = self.download(file, folder)?;
            self.install(file, &bytes, folder)?;
        }
        Ok(())
    }

    /// Those of `files` that are missing or not good.
    fn wanted<'f>(&self, files: &'f [IdxFile], folder: &Path) -> Result<Vec<&'f IdxFile>, Error> {
        let mut wanted = Vec::new();
        for file in files {
            let Some(path) = file.find(folder)? else {
                wanted.push(file);
                continue;
            };
            if let Err(flaw) = file.read(&path).map_err(Error::read(&path))? {
                self.say(format!("{}: {flaw}", path.display()));
                wanted.push(file);
            }
        }
        Ok(wanted)
    }

    /// Keep other processes from fetching to `folder` until the lock is dropped.
    fn lock(&self, folder: &Path) -> Result<File, Error> {
        let path = folder.join("fetch.lock");
        let lock = File::create(&path).map_err(Error::write(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => {
                self.say(format!("another process is fetching to {}: waiting for it", folder.display()));
                lock.lock().map_err(Error::write(&path))?;
                Ok(lock)
            }
            // Some network drives have no locks. Two processes at once are less likely than none that works.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(lock),
            Err(TryLockError::Error(source)) => Err(Error::Write { path, source }),
        }
    }

    /// The uncompressed bytes of `file`, checked, from the first mirror that has it.
    fn download(&self, file: &IdxFile, folder: &Path) -> Result<Vec<u8>, Error> {
        let part = folder.join(format!("{}.gz.part", file.name));
        let mut answers = Vec::new();
        for mirror in self.mirrors {
            let url = format!("{}/{}.gz", mirror.trim_end_matches('/'), file.name);
            self.say(&url);
            match self.download_from(&url, file, &part) {
                Ok(bytes) => return Ok(bytes),
                Err(MirrorError::Here(error)) => return Err(error),
                Err(MirrorError::Mirror(answer)) => {
                    self.say(format!("    {answer}"));
                    answers.push(format!("{mirror}: {answer}"));
                }
            }
        }
        Err(Error::Download { file: file.name, answers })
    }

    fn download_from(&self, url: &str, file: &IdxFile, part: &Path) -> Result<Vec<u8>, MirrorError> {
        loop {
            let begun = fs::metadata(part).map_or(0, |metadata| metadata.len());
            self.transfer(url, file, part, begun)?;
            let verified = file.read(part).map_err(Error::read(part))?;
            fs::remove_file(part).map_err(Error::write(part))?;
            match verified {
                Ok(bytes) => return Ok(bytes),
                // The mirror may compress the file in another way than the one that the beginning is from.
                Err(_) if begun > 0 => {}
                Err(flaw) => return Err(MirrorError::Mirror(format!("sent something else: {flaw}"))),
            }
        }
    }

    /// Write what `url` sends to `part`, of which the first `begun` bytes are there.
    fn transfer(&self, url: &str, file: &IdxFile, part: &Path, begun: u64) -> Result<(), MirrorError> {
        let mut request = self.agent.get(url);
        if begun > 0 {
            request = request.header("Range", format!("bytes={begun}-"));
        }
        let mut response = request.call().map_err(|error| MirrorError::Mirror(error.to_string()))?;
        let start = match response.status().as_u16() {
            200 => 0,
            206 if continues(&response, begun) => begun,
            // There is nothing after the part that is here: it is all of the file.
            416 if begun > 0 => return Ok(()),
            _ => return Err(MirrorError::Mirror(format!("answered {}", response.status()))),
        };
        let bar = self.bar(start, response.body().content_length());
        let mut output =
            OpenOptions::new().create(true).truncate(false).write(true).open(part).map_err(Error::write(part))?;
        output.set_len(start).and_then(|()| output.seek(SeekFrom::Start(start))).map_err(Error::write(part))?;
        // More than the file is not the file, and need not fill the disk.
        let mut body = response.body_mut().as_reader().take(file.most_bytes().saturating_sub(start));
        let mut buffer = vec![0; 1 << 16];
        loop {
            match body.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    output.write_all(&buffer[..count]).map_err(Error::write(part))?;
                    bar.inc(count as u64);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(MirrorError::Mirror(format!("broke off: {error}"))),
            }
        }
    }

    /// Give `bytes` the name of `file` in `folder`, all of them or none.
    fn install(&self, file: &IdxFile, bytes: &[u8], folder: &Path) -> Result<(), Error> {
        let path = folder.join(file.name);
        if path.exists() {
            let aside = aside(&path);
            fs::rename(&path, &aside).map_err(Error::write(&aside))?;
            self.say(format!("    what was there is now {}", aside.display()));
        }
        let new = folder.join(format!("{}.new", file.name));
        let written = fs::write(&new, bytes).and_then(|()| fs::rename(&new, &path));
        written.map_err(|source| {
            // It cannot be told whether there is anything to remove, and the error that matters is the first.
            let _ = fs::remove_file(&new);
            Error::Write { path, source }
        })
    }

    /// A line on the standard error stream, where it is not in the way of results.
    fn say(&self, line: impl AsRef<str>) {
        if !self.quiet {
            // Nobody may be listening.
            let _ = writeln!(io::stderr(), "{}", line.as_ref());
        }
    }

    /// How far the download is, on a terminal.
    fn bar(&self, start: u64, length: Option<u64>) -> ProgressBar {
        let bar = match length {
            _ if self.quiet => ProgressBar::hidden(),
            Some(length) => ProgressBar::new(start + length),
            None => ProgressBar::no_length(),
        };
        let style = ProgressStyle::with_template("    {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.with_style(style).with_finish(ProgressFinish::AndClear).with_position(start)
    }
}

impl From<Error> for MirrorError {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

/// Whether a partial response begins at byte `begun`.
fn continues(response: &Response<Body>, begun: u64) -> bool {
    let range = response.headers().get("Content-Range").and_then(|range| range.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {begun}-")))
}

/// A free name for a file that has to make room at `path`.
fn aside(path: &Path) -> PathBuf {
    let mut aside = path.as_os_str().to_owned();
    loop {
        aside.push(".rejected");
        if !Path::new(&aside).exists() {
            return aside.into();
        }
    }
}

#[cfg(test)]
mod tests;
