//! A published vote: files of lines in one form, in a folder or an archive, from which everybody can count again.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::resources::deliberation::owner_votes::canonical::canonical;

/// No file of a vote is larger, or has more lines.
const LARGEST: u64 = 64 << 20;
const MOST_LINES: usize = 500_000;
/// Whoever reads about so many faults knows that it is damaged.
pub const MOST_FAULTS: usize = 100;

/// A line and what it says.
pub struct Line<T> {
    pub text: String,
    pub value: T,
}

/// Where the files are.
pub enum Bundle {
    Folder(PathBuf),
    Archive(Box<ZipArchive<File>>),
}

impl Bundle {
    pub fn open(path: &Path) -> Result<Self, String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let file = File::open(path).map_err(|error| named(&error))?;
        Ok(Self::Archive(Box::new(ZipArchive::new(file).map_err(|error| named(&error))?)))
    }

    /// The text of a file; nothing where there is none.
    fn read(&mut self, name: &str) -> Result<Option<String>, String> {
        let failed = |error: &dyn std::fmt::Display| format!("FORMAT {name} {error}");
        let mut bytes = Vec::new();
        let read = match self {
            Self::Folder(folder) => match regular(&folder.join(name)) {
                Ok(file) => file.take(LARGEST + 1).read_to_end(&mut bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(failed(&error)),
            },
            Self::Archive(archive) => match archive.by_name(name) {
                Ok(file) => file.take(LARGEST + 1).read_to_end(&mut bytes),
                Err(ZipError::FileNotFound) => return Ok(None),
                Err(error) => return Err(failed(&error)),
            },
        };
        read.map_err(|error| failed(&error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(failed(&"is too large"));
        }
        String::from_utf8(bytes).map(Some).map_err(|error| failed(&error))
    }

    /// The lines of a file, each of which must be exactly its own one form; nothing where there is no such file.
    pub fn lines<T: DeserializeOwned>(&mut self, name: &str, faults: &mut Vec<String>) -> Option<Vec<Line<T>>> {
        let text = self.read(name).map_err(|fault| faults.push(fault)).ok()??;
        if !text.is_empty() && !text.ends_with('\n') {
            faults.push(format!("FORMAT {name} has no final newline"));
        }
        if text.bytes().filter(|byte| *byte == b'\n').count() > MOST_LINES {
            faults.push(format!("FORMAT {name} has too many lines"));
            return None;
        }
        let mut lines = Vec::new();
        for (at, line) in text.split_terminator('\n').enumerate() {
            match parsed(line) {
                Ok(value) => lines.push(Line { text: line.to_owned(), value }),
                Err(_) if faults.len() >= MOST_FAULTS => break,
                Err(why) => faults.push(format!("FORMAT {name}:{} {why}", at + 1)),
            }
        }
        Some(lines)
    }

    /// The one line of a file.
    pub fn line<T: DeserializeOwned>(&mut self, name: &str, faults: &mut Vec<String>) -> Option<T> {
        let lines = self.lines(name, faults);
        if lines.as_ref().is_some_and(|lines| lines.len() > 1) {
            faults.push(format!("FORMAT {name} has more than one line"));
        }
        let found = lines.and_then(|lines| lines.into_iter().next());
        if found.is_none() && faults.is_empty() {
            faults.push(format!("FORMAT {name} is missing"));
        }
        found.map(|line| line.value)
    }
}

/// A file, and nothing that only looks like one.
fn regular(path: &Path) -> std::io::Result<File> {
    if std::fs::metadata(path)?.is_file() { File::open(path) } else { Err(std::io::Error::other("is no file")) }
}

fn parsed<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if canonical(&value)? != line {
        return Err("is not in its one form".to_owned());
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}
