use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::Error;

/// A file in the IDX format of MNIST, with the content that it must have: big-endian, a magic number, the size of each
/// dimension, then one byte for each value.
#[derive(Clone, Debug)]
pub(crate) struct IdxFile {
    /// Its published name, uncompressed.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// The number of images or labels.
    pub(crate) count: u32,
    /// Of the uncompressed bytes, in hexadecimal.
    pub(crate) sha256: String,
}

/// What the values of an IDX file are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Pixels from 0 to 255, of images of 28x28.
    Images,
    /// Digits from 0 to 9.
    Labels,
}

/// What is wrong with the content of an IDX file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("the file is empty")]
    Empty,
    #[error("damaged or cut short (gzip: {0})")]
    Gzip(String),
    #[error("not a file of MNIST: it begins with the bytes {0:02x?}")]
    Magic(Vec<u8>),
    #[error("these are labels, where images are expected")]
    LabelsForImages,
    #[error("these are images, where labels are expected")]
    ImagesForLabels,
    #[error("{found} examples, where {expected} are expected{}", swapped(*found))]
    Count { found: u32, expected: u32 },
    #[error("images of {0}x{1} pixels, where 28x28 are expected")]
    Dimensions(u32, u32),
    #[error("cut short: {found} bytes, where {expected} are expected")]
    Short { found: usize, expected: usize },
    #[error("too long: more than the {0} bytes that are expected")]
    Long(usize),
    #[error("label {index} is {label}, where 0 to 9 are expected")]
    Label { index: usize, label: u8 },
    #[error(
        "in the format of MNIST, but its content (SHA-256) is not MNIST's: damaged, or another set such as Fashion-MNIST"
    )]
    Checksum,
}

fn swapped(count: u32) -> &'static str {
    match count {
        60_000 => " (the training set in place of the test set?)",
        10_000 => " (the test set in place of the training set?)",
        _ => "",
    }
}

impl Kind {
    fn magic(self) -> [u8; 4] {
        match self {
            Self::Images => [0, 0, 8, 3],
            Self::Labels => [0, 0, 8, 1],
        }
    }

    /// Bytes before the first value.
    fn header(self) -> usize {
        match self {
            Self::Images => 16,
            Self::Labels => 8,
        }
    }

    /// Bytes for each image or label.
    fn values(self) -> usize {
        match self {
            Self::Images => 28 * 28,
            Self::Labels => 1,
        }
    }
}

impl IdxFile {
    /// Bytes, uncompressed.
    pub(crate) fn size(&self) -> usize {
        self.kind.header() + self.count as usize * self.kind.values()
    }

    /// Where the file is in `folder`, under one of the names in use: with a hyphen as published, or with a dot as some
    /// programs unpack it; compressed or not.
    pub(crate) fn find(&self, folder: &Path) -> Result<Option<PathBuf>, Error> {
        let names = [self.name.to_owned(), self.name.replacen("-idx", ".idx", 1)];
        for suffix in ["", ".gz"] {
            for name in &names {
                let path = folder.join(format!("{name}{suffix}"));
                match fs::metadata(&path) {
                    Ok(metadata) if metadata.is_file() => return Ok(Some(path)),
                    Ok(_) => {}
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                    Err(source) => return Err(Error::Read { path, source }),
                }
            }
        }
        Ok(None)
    }

    /// The uncompressed bytes of the file at `path`, checked.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Result<Vec<u8>, Flaw>> {
        // Compressed, a file may be a little larger than uncompressed; much larger, it is not the one.
        let most = self.size() as u64 + 1024;
        let mut bytes = Vec::new();
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(self.verify(bytes))
    }

    /// The uncompressed form of `bytes`, which may be compressed, if all is well with them.
    pub(crate) fn verify(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Flaw> {
        // Whether it is compressed is seen in the file: some programs unpack it and leave the name as it was.
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { self.decompress(&bytes)? } else { bytes };
        self.check(&bytes)?;
        Ok(bytes)
    }

    fn decompress(&self, compressed: &[u8]) -> Result<Vec<u8>, Flaw> {
        let mut bytes = Vec::with_capacity(self.size() + 1);
        let mut decoder = GzDecoder::new(compressed).take(self.size() as u64 + 1);
        decoder.read_to_end(&mut bytes).map_err(|error| Flaw::Gzip(error.to_string()))?;
        Ok(bytes)
    }

    fn check(&self, bytes: &[u8]) -> Result<(), Flaw> {
        if bytes.is_empty() {
            return Err(Flaw::Empty);
        }
        let short = Flaw::Short { found: bytes.len(), expected: self.size() };
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else { return Err(short) };
        if *magic != self.kind.magic() {
            return Err(match self.kind {
                Kind::Images if *magic == Kind::Labels.magic() => Flaw::LabelsForImages,
                Kind::Labels if *magic == Kind::Images.magic() => Flaw::ImagesForLabels,
                _ => Flaw::Magic(magic.to_vec()),
            });
        }
        let Some(values) = rest.get(self.kind.header() - 4..) else { return Err(short) };
        let mut dimensions = rest.as_chunks::<4>().0.iter().map(|&bytes| u32::from_be_bytes(bytes));
        let mut dimension = || dimensions.next().unwrap_or_default();
        let found = dimension();
        if found != self.count {
            return Err(Flaw::Count { found, expected: self.count });
        }
        if self.kind == Kind::Images {
            let (height, width) = (dimension(), dimension());
            if (height, width) != (28, 28) {
                return Err(Flaw::Dimensions(height, width));
            }
        }
        if bytes.len() < self.size() {
            return Err(short);
        }
        if bytes.len() > self.size() {
            return Err(Flaw::Long(self.size()));
        }
        if self.kind == Kind::Labels
            && let Some((index, &label)) = values.iter().enumerate().find(|&(_, &label)| label > 9)
        {
            return Err(Flaw::Label { index, label });
        }
        if sha256(bytes) != self.sha256 {
            return Err(Flaw::Checksum);
        }
        Ok(())
    }
}

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
