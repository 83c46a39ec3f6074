//! Spreadsheets as CSV, in UTF-8, UTF-16 or the GBK that Excel writes. Each line is checked against the contract like a JSON
//! body: a column is a member, an empty cell an absent one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use encoding_rs::{Encoding, GB18030, UTF_8};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::cells::{is_mangled, meant, ungrouped, whole};
use super::codes::{self, Text};
use super::idempotency::Retry;
use super::limits::body::Body;
use super::problem::{Context, FieldError, Language, Problem};
use super::query::{has_type, typed};
use super::schema::{Compiled, compiled, schema_of};

/// The most lines of a file besides its header.
pub const MOST_LINES: usize = 5000;

/// A file as it was sent.
pub struct File {
    pub bytes: web::Bytes,
    pub retry: Retry,
    pub language: Language,
}

impl FromRequest for File {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("text/csv") {
            return ready(Err(Problem::new(&codes::UNSUPPORTED_MEDIA_TYPE)));
        }
        let target = format!("{} {}?{}", request.method(), request.path(), request.query_string());
        let language = request.extensions().get::<Context>().copied().unwrap_or_default().language;
        let bytes = Body::of(request);
        let retry = Retry::of(request).and_then(|retry| retry.with_request(request, &target, &bytes));
        ready(retry.map(|retry| Self { retry, bytes, language }))
    }
}

/// A column: the member that it fills, and the title that people use.
pub type Column = (&'static str, &'static str);

/// A line of a file: what it says, or what is wrong with it.
pub struct Line<T> {
    /// Counted from 1, the header.
    pub number: usize,
    pub cells: Vec<String>,
    pub value: Result<T, Vec<FieldError>>,
}

/// A file that was read.
pub struct Sheet<T> {
    pub header: Vec<String>,
    pub lines: Vec<Line<T>>,
}

/// Text in UTF-8, in UTF-16 with its mark, or else in GBK (GB 18030); the mark at the beginning is taken off.
fn decoded(bytes: &[u8]) -> Result<String, Problem> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((marked, _)) => marked,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => GB18030,
    };
    let (text, _, wrong) = encoding.decode(bytes);
    if wrong { Err(Problem::new(&codes::MALFORMED_CSV)) } else { Ok(text.into_owned()) }
}

/// What stands between the cells: whichever is most frequent in the header.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The column in which `write` tells what is wrong; reading passes over it, so that a mended file can be sent again.
const REMARKS: Text = Text { zh: "问题", en: "problem" };

/// What begins like this would be run by a spreadsheet program.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Turns the words of a column that people use into those of the contract.
pub type Translation = fn(&str, &str) -> Option<&'static str>;

/// Reads a file of not too many lines.
pub async fn read<T>(bytes: web::Bytes, columns: &'static [Column], translated: Translation) -> Result<Sheet<T>, Problem>
where
    T: DeserializeOwned + ToSchema + Send + 'static,
{
    read_up_to(MOST_LINES, bytes, columns, translated).await
}

/// The same of so many lines at most. Other requests of this worker do not wait for it.
pub async fn read_up_to<T>(
    most: usize,
    bytes: web::Bytes,
    columns: &'static [Column],
    translated: Translation,
) -> Result<Sheet<T>, Problem>
where
    T: DeserializeOwned + ToSchema + Send + 'static,
{
    let read = move || read_now(most, &bytes, columns, translated);
    tokio::task::spawn_blocking(read).await.map_err(Problem::internal)?
}

fn read_now<T: DeserializeOwned + ToSchema + 'static>(
    most: usize,
    bytes: &[u8],
    columns: &[Column],
    translated: Translation,
) -> Result<Sheet<T>, Problem> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(&text)).from_reader(text.as_bytes());
    let malformed = |error: csv::Error| Problem::new(&codes::MALFORMED_CSV).cause(error);
    let header = reader.headers().map_err(malformed)?;
    let mut header: Vec<String> = header.iter().map(meant).collect();
    drop_empty_end(&mut header, 0);
    // Each column that there is, and the one for remarks.
    if header.len() > columns.len() + 1 {
        return Err(Problem::invalid(vec![FieldError::at("", &codes::TOO_MANY_CELLS).with("limit", columns.len() + 1)]));
    }
    let members = members_of::<T>(&header, columns)?;
    let contract = compiled::<T>(schema_of::<T>);
    let mut sheet = Sheet { header, lines: Vec::new() };
    let mut record = csv::StringRecord::new();
    let mut counted = (0, 1);
    while reader.read_record(&mut record).map_err(malformed)? {
        let number = line_of(&text, record.position(), &mut counted);
        let mut cells: Vec<String> = record.iter().map(meant).collect();
        drop_empty_end(&mut cells, members.len());
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if sheet.lines.len() == most {
            return Err(Problem::invalid(vec![FieldError::at("", &codes::TOO_MANY_LINES).with("limit", most)]));
        }
        let value = value_of(contract, &members, &cells, translated);
        sheet.lines.push(Line { number, cells, value });
    }
    Ok(sheet)
}

/// Spreadsheet programs write empty cells after the last one.
fn drop_empty_end(cells: &mut Vec<String>, least: usize) {
    while cells.len() > least && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
}

/// What a line says, checked against the contract.
fn value_of<T: DeserializeOwned>(
    contract: &Compiled,
    members: &[Option<&'static str>],
    cells: &[String],
    translated: Translation,
) -> Result<T, Vec<FieldError>> {
    let named = members.iter().zip(cells).filter_map(|(member, cell)| Some(((*member)?, cell)));
    let object: Map<String, Value> = named
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(member, cell)| {
            let schema = &contract.schema["properties"][member];
            let word = translated(member, cell).unwrap_or(cell);
            let word = match schema {
                _ if has_type(schema, "integer") => whole(word),
                _ if has_type(schema, "number") || is_code(schema) => ungrouped(word),
                _ => word.to_owned(),
            };
            (member.to_owned(), typed(schema, &word))
        })
        .collect();
    let value = Value::Object(object);
    let mut errors = contract.errors_in(&value);
    let mangled = members.iter().zip(cells).filter(|(_, cell)| is_mangled(cell));
    for member in mangled.filter_map(|(member, _)| *member) {
        errors.retain(|error| !error.is_at(&format!("/{member}")));
        errors.push(FieldError::at(format!("/{member}"), &codes::AS_TEXT));
    }
    if cells.len() > members.len() {
        errors.push(FieldError::at("", &codes::TOO_MANY_CELLS).with("limit", members.len()));
    }
    if errors.is_empty() {
        serde_json::from_value(value).map_err(|_| vec![FieldError::at("", &codes::NOT_ALLOWED)])
    } else {
        Err(errors)
    }
}

/// True for a text whose pattern knows digits, such as a code or a decimal.
fn is_code(schema: &Value) -> bool {
    schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("[0-9"))
}

/// The member that each column fills, none for remarks: every column is known, none stands twice, and what is required is there.
fn members_of<T: ToSchema + 'static>(header: &[String], columns: &[Column]) -> Result<Vec<Option<&'static str>>, Problem> {
    let contract = compiled::<T>(schema_of::<T>);
    let mut members = Vec::new();
    let mut errors = Vec::new();
    for title in header {
        let plain = title.replace('(', "（").replace(')', "）");
        match columns.iter().find(|(member, known)| plain == *known || title == member) {
            None if [REMARKS.zh, REMARKS.en].contains(&title.as_str()) => members.push(None),
            None => errors.push(FieldError::at(format!("/{title}"), &codes::UNKNOWN)),
            Some((member, _)) if members.contains(&Some(*member)) => {
                errors.push(FieldError::at(format!("/{title}"), &codes::REPEATED));
            }
            Some((member, _)) => members.push(Some(*member)),
        }
    }
    let required = contract.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let missing = required.filter(|name| !members.iter().flatten().any(|member| member == name));
    errors.extend(missing.map(|name| FieldError::at(format!("/{name}"), &codes::REQUIRED)));
    Problem::fail_if_any(errors).map(|()| members)
}

/// The line on which a record begins. Its position tells where the blank lines before it begin; `counted` is how far
/// lines were counted, in bytes and in lines.
pub fn line_of(text: &str, position: Option<&csv::Position>, counted: &mut (usize, usize)) -> usize {
    let start = position.map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX)).clamp(counted.0, text.len());
    let blank = text.as_bytes()[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let lines = text.as_bytes()[counted.0..start + blank].iter().filter(|b| **b == b'\n').count();
    *counted = (start + blank, counted.1 + lines);
    counted.1
}

/// A file of these lines, each with what is wrong, which a spreadsheet program opens rightly.
pub fn write(header: &[String], language: Language, lines: &[(Vec<String>, String)]) -> Result<String, Problem> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut row = |cells: &[String], last: &str| {
        let padding = std::iter::repeat_n("", header.len().saturating_sub(cells.len()));
        let safe =
            |cell: &str| if cell.starts_with(FORMULA) || cell.starts_with('\'') { format!("'{cell}") } else { cell.to_owned() };
        let cells = cells.iter().map(String::as_str).chain(padding).map(safe).chain([last.to_owned()]);
        writer.write_record(cells).map_err(Problem::internal)
    };
    row(header, REMARKS.in_language(language))?;
    for (cells, wrong) in lines {
        row(cells, wrong)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    Ok(format!("\u{feff}{}", String::from_utf8(bytes).map_err(Problem::internal)?))
}
