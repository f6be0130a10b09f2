use std::{
    fmt,
    fs::File,
    io::{Read, Take},
    path::{Path, PathBuf},
    str::FromStr,
};

use csv::{ReaderBuilder, StringRecord};
use flate2::read::MultiGzDecoder;

use crate::Error;

/// The most bytes of text that a table may have.
const MOST_BYTES: u64 = 1 << 30;
/// The lines that are looked at to find out what separates columns.
const LOOKED_AT: usize = 20;

/// What stands between the columns of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Separator(u8);

impl Separator {
    /// The usual ones, with their names. In spite of its name, a blank is any number of them.
    const NAMED: [(&str, u8); 5] =
        [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("pipe", b'|'), ("blank", b' ')];

    /// Returns true if numbers may have a comma in place of the decimal point.
    pub(crate) fn leaves_commas(self) -> bool {
        self.0 == b';'
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMED.iter().find(|(_, separator)| *separator == self.0) {
            Some((name, _)) => f.write_str(name),
            None => char::from(self.0).fmt(f),
        }
    }
}

/// Its name, or the character itself.
impl FromStr for Separator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (Self::NAMED.iter().find(|(name, _)| *name == text), text.as_bytes()) {
            (Some((_, separator)), _) => Ok(Self(*separator)),
            (None, &[byte]) if byte.is_ascii_punctuation() && byte != b'"' => Ok(Self(byte)),
            _ => Err(format!("{text:?} is not comma, semicolon, tab, pipe, blank, or a single character")),
        }
    }
}

/// The text of a table.
pub(crate) struct Sheet {
    path: PathBuf,
    text: String,
    pub(crate) separator: Separator,
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
    /// Reads the file at `path`: UTF-8, or UTF-16 with a byte order mark, compressed by gzip or not. What separates its
    /// columns is found out, unless it is given.
    pub(crate) fn read(path: &Path, separator: Option<Separator>) -> Result<Self, Error> {
        let file = File::open(path).map_err(Error::read(path))?;
        let bytes = bounded(path, file.take(MOST_BYTES + 1))?;
        let bytes = match bytes.starts_with(&[0x1f, 0x8b]) {
            true => bounded(path, MultiGzDecoder::new(bytes.as_slice()).take(MOST_BYTES + 1))?,
            false => bytes,
        };
        Self::new(path, bytes, separator)
    }

    /// A sheet of which `bytes` are the content, read from `path`.
    pub(crate) fn new(path: &Path, bytes: Vec<u8>, separator: Option<Separator>) -> Result<Self, Error> {
        let wide = |unit: fn([u8; 2]) -> u16| {
            let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
            char::decode_utf16(units)
                .collect::<Result<String, _>>()
                .map_err(|_| Error::content(path, "not UTF-16 text"))
        };
        let mut text = match bytes.get(..2) {
            Some([0xff, 0xfe]) => wide(u16::from_le_bytes)?,
            Some([0xfe, 0xff]) => wide(u16::from_be_bytes)?,
            _ => String::from_utf8(bytes).map_err(|error| {
                let line = line(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                Error::content(path, format!("line {line} is not UTF-8 text: save the table as CSV in UTF-8"))
            })?,
        };
        // Excel's own note on the separator. Its line stays, blank, so that the others keep their numbers.
        let start = text.trim_start_matches('\u{feff}');
        let told = start.strip_prefix("sep=").and_then(|rest| rest.chars().next()).filter(char::is_ascii);
        if told.is_some() {
            let end = start.find(['\r', '\n']).unwrap_or(start.len());
            text = start[end..].to_owned();
            text.insert(0, ' ');
        }
        let told = told.map(|character| Separator(character as u8));
        let separator = separator.or(told).unwrap_or_else(|| guess(&text));
        if separator.0 == b' ' {
            text = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect();
        }
        Ok(Self { path: path.to_owned(), text, separator })
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        let mut builder = ReaderBuilder::new();
        let reader =
            builder.has_headers(false).flexible(true).delimiter(self.separator.0).from_reader(self.text.as_bytes());
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
    /// The row with this number, from 0, if there is one.
    pub(crate) fn nth(&mut self, number: usize) -> Result<Option<StringRecord>, Error> {
        for _ in 0..number {
            self.next()?;
        }
        Ok(self.next()?.cloned())
    }

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
        if let Some(cell) = self.record.iter().find(|cell| cell.contains(['\r', '\n'])) {
            let cell = cell.lines().next().unwrap_or_default();
            let problem = format!("{cell:?} goes on in the next line: is a quote not closed?");
            return Err(self.sheet.error_in(&self.record, problem));
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

/// Returns all that a file at `path` has to give, if it is not too much.
fn bounded(path: &Path, mut source: Take<impl Read>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(Error::read(path))?;
    match bytes.len() as u64 > MOST_BYTES {
        true => Err(Error::content(path, "more than a gigabyte of text is too much for a table that is read at once")),
        false => Ok(bytes),
    }
}

/// Returns the separator that divides the first lines into the same number of columns, two or more: of several, the one
/// that makes most. Blanks are a separator where there is no other.
fn guess(text: &str) -> Separator {
    let lines = || text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).take(LOOKED_AT);
    let columns = |separator: u8| {
        let mut counts = lines().map(|line| {
            let mut quoted = false;
            let mut is_one = |byte: &u8| {
                quoted ^= *byte == b'"';
                *byte == separator && !quoted
            };
            match separator {
                b' ' => line.split_whitespace().count() - 1,
                _ => line.as_bytes().iter().filter(|byte| is_one(byte)).count(),
            }
        });
        let first = counts.next().unwrap_or(0);
        if counts.all(|count| count == first) { first } else { 0 }
    };
    let mut best = (0, b',');
    for (_, separator) in Separator::NAMED {
        let columns = columns(separator);
        if columns > best.0 && (separator != b' ' || best.0 == 0 && !lines().any(|line| line.contains(','))) {
            best = (columns, separator);
        }
    }
    Separator(best.1)
}

/// The number of the line that follows `text`: lines end with LF, CR LF, or CR alone.
fn line(text: &[u8]) -> usize {
    let mut line = 1;
    for (i, &byte) in text.iter().enumerate() {
        line += usize::from(byte == b'\n' || byte == b'\r' && text.get(i + 1) != Some(&b'\n'));
    }
    line
}
