//! JSON for people: each field on a line of its own, and each array of numbers on one.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::error::Error;

/// Writes `value` to the file at `path`, whole or not at all.
pub fn save<T: Serialize>(value: &T, path: &Path) -> Result<(), Error> {
    let beside = path.with_extension("new");
    let write = || -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut file = File::create(&beside)?;
        file.write_all(&to_json(value)?)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(Error::file(path, "written"))
}

/// `value` as JSON.
pub fn to_json<T: Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut json, Layout::default()))?;
    json.push(b'\n');
    Ok(json)
}

/// Indents by the objects around, whatever the arrays are.
#[derive(Default)]
struct Layout {
    depth: usize,
    /// Whether the object that was opened last is still empty.
    empty: bool,
}

impl Layout {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        write!(writer, "\n{:1$}", "", 2 * self.depth)
    }
}

impl Formatter for Layout {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        writer.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.empty = false;
        writer.write_all(if first { b"" } else { b"," })?;
        self.new_line(writer)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= 1;
        if !self.empty {
            self.new_line(writer)?;
        }
        self.empty = false;
        writer.write_all(b"}")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_list_of_numbers_stays_on_its_line() {
        let value = json!({"a": [1, 2.5, [3]], "b": [{"c": null}, {}], "d": {}});
        let text = String::from_utf8(to_json(&value).unwrap()).unwrap();
        assert_eq!(text, "{\n  \"a\": [1, 2.5, [3]],\n  \"b\": [{\n    \"c\": null\n  }, {}],\n  \"d\": {}\n}\n");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
