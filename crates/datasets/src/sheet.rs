use std::{
    fs,
    path::{Path, PathBuf},
};

use csv::{ReaderBuilder, StringRecord};

use crate::Error;

/// The text of a CSV file, columns separated by commas.
pub(crate) struct Sheet {
    path: PathBuf,
    text: String,
}

/// The rows of a [`Sheet`], one after the other.
pub(crate) struct Rows<'a> {
    sheet: &'a Sheet,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// As many as the first row has.
    columns: Option<usize>,
}

impl Sheet {
    /// The file at `path`, which has to be UTF-8.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        Self::new(path, fs::read(path).map_err(Error::read(path))?)
    }

    /// A sheet of which `bytes` are the content, read from `path`.
    pub(crate) fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, Error> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let line = line(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
            Error::content(path, format!("line {line} is not UTF-8 text: save the table as CSV in UTF-8"))
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(self.text.as_bytes());
        Rows { sheet: self, reader, record: StringRecord::new(), columns: None }
    }

    /// Something is wrong with the sheet as a whole.
    pub(crate) fn error(&self, problem: impl Into<String>) -> Error {
        Error::content(&self.path, problem)
    }

    /// Something is wrong in one row of the sheet.
    pub(crate) fn error_in(&self, row: &StringRecord, problem: impl Into<String>) -> Error {
        let bytes = self.text.as_bytes();
        // The row begins after the line ends that the reader has skipped to get to it.
        let mut start = row.position().map_or(0, |position| position.byte() as usize).min(bytes.len());
        start += bytes[start..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
        self.error(format!("line {}: {}", line(&bytes[..start]), problem.into()))
    }
}

impl Rows<'_> {
    /// The next row that is not blank, if there is one. It has as many columns as the first.
    pub(crate) fn next(&mut self) -> Result<Option<&StringRecord>, Error> {
        loop {
            if !self.reader.read_record(&mut self.record).map_err(|error| self.sheet.error(error.to_string()))? {
                return Ok(None);
            }
            if self.record.len() > 1 || !self.record[0].trim().is_empty() {
                break;
            }
        }
        let found = self.record.len();
        let expected = *self.columns.get_or_insert(found);
        if found != expected {
            let problem = format!("{found} columns, where the first line has {expected}");
            return Err(self.sheet.error_in(&self.record, problem));
        }
        Ok(Some(&self.record))
    }
}

/// The number of the line that follows `text`: lines end with LF, CR LF, or CR alone.
fn line(text: &[u8]) -> usize {
    let mut line = 1;
    for (i, &byte) in text.iter().enumerate() {
        line += usize::from(byte == b'\n' || byte == b'\r' && text.get(i + 1) != Some(&b'\n'));
    }
    line
}
