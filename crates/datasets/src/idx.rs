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
pub(crate) enum IdxError {
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
    #[error("the format of MNIST, but not its content (SHA-256): damaged, or another set like Fashion-MNIST")]
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

    /// More bytes than the file can have, compressed or not: compressing may make it larger, but only a little.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.size() as u64 + 1024
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
    pub(crate) fn read(&self, path: &Path) -> io::Result<Result<Vec<u8>, IdxError>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(self.most_bytes()).read_to_end(&mut bytes)?;
        Ok(self.verify(bytes))
    }

    /// The uncompressed form of `bytes`, which may be compressed, if all is well with them.
    pub(crate) fn verify(&self, bytes: Vec<u8>) -> Result<Vec<u8>, IdxError> {
        // Whether it is compressed is seen in the file: some programs unpack it and leave the name as it was.
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { self.decompress(&bytes)? } else { bytes };
        self.check(&bytes)?;
        Ok(bytes)
    }

    fn decompress(&self, compressed: &[u8]) -> Result<Vec<u8>, IdxError> {
        let mut bytes = Vec::with_capacity(self.size() + 1);
        let mut decoder = GzDecoder::new(compressed).take(self.size() as u64 + 1);
        decoder.read_to_end(&mut bytes).map_err(|error| IdxError::Gzip(error.to_string()))?;
        Ok(bytes)
    }

    fn check(&self, bytes: &[u8]) -> Result<(), IdxError> {
        if bytes.is_empty() {
            return Err(IdxError::Empty);
        }
        let short = IdxError::Short { found: bytes.len(), expected: self.size() };
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else { return Err(short) };
        if *magic != self.kind.magic() {
            return Err(match self.kind {
                Kind::Images if *magic == Kind::Labels.magic() => IdxError::LabelsForImages,
                Kind::Labels if *magic == Kind::Images.magic() => IdxError::ImagesForLabels,
                _ => IdxError::Magic(magic.to_vec()),
            });
        }
        let Some(values) = rest.get(self.kind.header() - 4..) else { return Err(short) };
        let mut dimensions = rest.as_chunks::<4>().0.iter().map(|&bytes| u32::from_be_bytes(bytes));
        let mut dimension = || dimensions.next().unwrap_or_default();
        let found = dimension();
        if found != self.count {
            return Err(IdxError::Count { found, expected: self.count });
        }
        if self.kind == Kind::Images {
            let (height, width) = (dimension(), dimension());
            if (height, width) != (28, 28) {
                return Err(IdxError::Dimensions(height, width));
            }
        }
        if bytes.len() < self.size() {
            return Err(short);
        }
        if bytes.len() > self.size() {
            return Err(IdxError::Long(self.size()));
        }
        if self.kind == Kind::Labels
            && let Some((index, &label)) = values.iter().enumerate().find(|&(_, &label)| label > 9)
        {
            return Err(IdxError::Label { index, label });
        }
        if sha256(bytes) != self.sha256 {
            return Err(IdxError::Checksum);
        }
        Ok(())
    }
}

/// In hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::*;

    /// Files as small as can be, under two of MNIST's names, with their bytes.
    pub(crate) fn small_files() -> [(IdxFile, Vec<u8>); 2] {
        let images = (0..3 * 784).map(|i| (i % 251) as u8);
        let images = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28].into_iter().chain(images).collect();
        let labels = vec![0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 4];
        [("train-images-idx3-ubyte", Kind::Images, images), ("train-labels-idx1-ubyte", Kind::Labels, labels)]
            .map(|(name, kind, bytes)| (IdxFile { name, kind, count: 3, sha256: sha256(&bytes) }, bytes))
    }

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn accepts_the_file_compressed_or_not() {
        for (file, bytes) in small_files() {
            assert_eq!(file.verify(bytes.clone()), Ok(bytes.clone()));
            assert_eq!(file.verify(gzip(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let [(images, image_bytes), (labels, label_bytes)] = small_files();
        let changed = |bytes: &[u8], index: usize, value: u8| {
            let mut bytes = bytes.to_vec();
            bytes[index] = value;
            bytes
        };
        let flaw = |file: &IdxFile, bytes: &[u8]| {
            // It is the same for the compressed file.
            if !bytes.is_empty() {
                assert_eq!(file.verify(bytes.to_vec()), file.verify(gzip(bytes)));
            }
            file.verify(bytes.to_vec()).unwrap_err().to_string()
        };
        assert_eq!(flaw(&images, &[]), "the file is empty");
        assert_eq!(flaw(&images, &image_bytes[..3]), "cut short: 3 bytes, where 2368 are expected");
        assert_eq!(flaw(&images, &image_bytes[..15]), "cut short: 15 bytes, where 2368 are expected");
        assert_eq!(flaw(&labels, &label_bytes[..10]), "cut short: 10 bytes, where 11 are expected");
        assert_eq!(
            flaw(&labels, &[&label_bytes[..], &[0]].concat()),
            "too long: more than the 11 bytes that are expected"
        );
        assert_eq!(flaw(&images, b"<!DOCTYPE html>"), "not a file of MNIST: it begins with the bytes [3c, 21, 44, 4f]");
        assert_eq!(flaw(&images, &label_bytes), "these are labels, where images are expected");
        assert_eq!(flaw(&labels, &image_bytes), "these are images, where labels are expected");
        assert_eq!(flaw(&labels, &changed(&label_bytes, 7, 2)), "2 examples, where 3 are expected");
        let test_set = [&label_bytes[..6], &[0x27, 0x10], &label_bytes[8..]].concat();
        assert_eq!(
            flaw(&labels, &test_set),
            "10000 examples, where 3 are expected (the test set in place of the training set?)"
        );
        assert_eq!(flaw(&images, &changed(&image_bytes, 15, 29)), "images of 28x29 pixels, where 28x28 are expected");
        assert_eq!(flaw(&labels, &changed(&label_bytes, 9, 10)), "label 1 is 10, where 0 to 9 are expected");
        assert!(flaw(&labels, &changed(&label_bytes, 9, 1)).contains("but not its content"));
        assert!(flaw(&images, &changed(&image_bytes, 1000, 0)).contains("but not its content"));
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_huge_one_is_refused_early() {
        let [(images, _), _] = small_files();
        let bomb = [&[0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28][..], &vec![0; 50_000_000]].concat();
        assert_eq!(images.verify(gzip(&bomb)), Err(IdxError::Long(2368)));
    }

    #[test]
    fn finds_the_names_in_use_and_prefers_the_uncompressed() {
        let [(file, _), _] = small_files();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(file.find(folder.path()).unwrap(), None);
        fs::create_dir(folder.path().join("train-images-idx3-ubyte")).unwrap();
        assert_eq!(file.find(folder.path()).unwrap(), None, "a folder is not a file");
        for name in ["train-images.idx3-ubyte.gz", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"] {
            let path = folder.path().join(name);
            fs::write(&path, "").unwrap();
            assert_eq!(file.find(folder.path()).unwrap(), Some(path));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_cut_off_is_missed(length in 0usize..2368) {
            let [(images, bytes), _] = small_files();
            prop_assert!(images.verify(bytes[..length].to_vec()).is_err());
            let compressed = gzip(&bytes);
            prop_assert!(images.verify(compressed[..length * compressed.len() / 2368].to_vec()).is_err());
        }

        #[test]
        fn a_flipped_bit_is_noticed(bit in 0usize..8 * 2368) {
            let [(images, mut bytes), _] = small_files();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(images.verify(bytes).is_err());
        }

        #[test]
        fn a_flipped_bit_of_the_compressed_file_never_changes_the_content(bit in 0usize..8 * 200) {
            let [(images, bytes), _] = small_files();
            let mut compressed = gzip(&bytes);
            compressed[bit / 8] ^= 1 << (bit % 8);
            // Some bits of a gzip header, such as the time, mean nothing.
            if let Ok(decompressed) = images.verify(compressed) {
                prop_assert_eq!(decompressed, bytes);
            }
        }

        #[test]
        fn random_bytes_are_not_mnist(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert!(small_files()[0].0.verify(bytes).is_err());
        }
    }
}
