//! The one error type. A `Problem` says what the client may know; its private cause is logged once
//! at the boundary (`observe`) and never sent.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use super::codes::{self, Kind, Rule};
use super::observe::finish;

/// How many wrong values are told of, as the contract says.
const MOST_ERRORS: usize = 1000;
/// China has one time, eight hours ahead of UTC all year.
pub const CHINA: FixedOffset = FixedOffset::east_opt(8 * 3600).unwrap();

/// The language of titles and details, chosen by `Accept-Language`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// Picks the supported language with the highest weight; Chinese when neither is named.
    pub fn of(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()) else {
            return Self::Chinese;
        };
        let (mut chinese, mut english, mut others) = (None::<f32>, None::<f32>, 0.0_f32);
        for range in accepted.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            match tag.split('-').next() {
                Some("zh") => chinese = Some(chinese.map_or(weight, |known| known.max(weight))),
                Some("en") => english = Some(english.map_or(weight, |known| known.max(weight))),
                Some("*") => others = weight,
                _ => {}
            }
        }
        let (chinese, english) = (chinese.unwrap_or(others), english.unwrap_or(others));
        if english > chinese { Self::English } else { Self::Chinese }
    }

    /// The tag sent as `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}

/// What the boundary knows about the request a problem answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    pub language: Language,
    pub request_id: uuid::Uuid,
}

/// One wrong value: where it stands and which rule it breaks.
#[derive(Clone, Debug)]
pub struct FieldError {
    place: Place,
    rule: &'static Rule,
    params: Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Place {
    Pointer(String),
    Parameter(String),
}

impl FieldError {
    /// A wrong member of the body, named by its JSON pointer such as `/parties/0/phone`.
    pub fn at(pointer: impl Into<String>, rule: &'static Rule) -> Self {
        Self { place: Place::Pointer(pointer.into()), rule, params: Map::new() }
    }

    /// A wrong query parameter or header.
    pub fn parameter(name: impl Into<String>, rule: &'static Rule) -> Self {
        Self { place: Place::Parameter(name.into()), rule, params: Map::new() }
    }

    /// The same error about a member of the query instead of the body.
    pub fn into_parameter(mut self) -> Self {
        if let Place::Pointer(pointer) = &self.place {
            self.place = Place::Parameter(pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned());
        }
        self
    }

    /// True when it is about this member of the body.
    pub fn is_at(&self, pointer: &str) -> bool {
        matches!(&self.place, Place::Pointer(known) if known == pointer)
    }

    /// The same at another place.
    pub fn moved_to(self, pointer: impl Into<String>) -> Self {
        Self { place: Place::Pointer(pointer.into()), ..self }
    }

    /// A wrong day, when it lies before the first possible one.
    pub fn before(pointer: impl Into<String>, day: NaiveDate, first: Option<NaiveDate>) -> Option<Self> {
        let first = first.filter(|first| day < *first)?;
        Some(Self::at(pointer, &codes::NOT_BEFORE).with("limit", first.to_string()))
    }

    /// A wrong day, when it lies after the last possible one.
    pub fn after(pointer: impl Into<String>, day: NaiveDate, last: Option<NaiveDate>) -> Option<Self> {
        let last = last.filter(|last| day > *last)?;
        Some(Self::at(pointer, &codes::TOO_LATE).with("limit", last.to_string()))
    }

    /// Adds a value that the rule's text mentions.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    fn render(&self, language: Language) -> Value {
        let mut detail = self.rule.text.in_language(language).to_owned();
        for (name, value) in &self.params {
            let shown = match value {
                Value::String(text) => {
                    DateTime::parse_from_rfc3339(text).map_or_else(|_| text.clone(), |at| time_of_day(at.to_utc()))
                }
                Value::Array(list) => {
                    list.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            detail = detail.replace(&format!("{{{name}}}"), &shown);
        }
        let mut error = json!({"code": self.rule.code, "detail": detail, "params": self.params});
        match &self.place {
            Place::Pointer(pointer) => error["pointer"] = format!("#{pointer}").into(),
            Place::Parameter(name) => error["parameter"] = name.as_str().into(),
        }
        error
    }
}

/// A time as people in Qingdao read it.
pub fn time_of_day(at: DateTime<Utc>) -> String {
    at.with_timezone(&CHINA).format("%Y-%m-%d %H:%M").to_string()
}

/// An error as the client sees it (RFC 9457), with its private cause.
#[derive(Debug)]
pub struct Problem {
    pub kind: &'static Kind,
    details: Box<Details>,
}

#[derive(Debug, Default)]
struct Details {
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
    context: Context,
}

#[cfg(test)]
impl Problem {
    /// Where something is wrong, and the code of the rule that says so.
    pub fn faults(&self) -> Vec<(String, &'static str)> {
        let fault = |error: &FieldError| match &error.place {
            Place::Pointer(place) | Place::Parameter(place) => (place.clone(), error.rule.code),
        };
        self.details.errors.iter().map(fault).collect()
    }
}

impl Problem {
    /// The same problem of a record that another one names: that it is missing is nothing the caller could mend.
    pub fn of_related(self) -> Self {
        if self.kind.code == codes::NOT_FOUND.code { Self::internal("a related record is missing") } else { self }
    }
}

/// Refuses with one fault, named by the JSON pointer of the member or `""`.
pub fn invalid<T>(pointer: impl Into<String>, rule: &'static Rule) -> Result<T, Problem> {
    Err(Problem::invalid(vec![FieldError::at(pointer, rule)]))
}

impl Problem {
    pub fn new(kind: &'static Kind) -> Self {
        Self { kind, details: Box::default() }
    }

    /// The body was read but some members are wrong.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self::new(&codes::VALIDATION_FAILED).errors(errors)
    }

    /// Refuses when anything is wrong.
    pub fn fail_if_any(errors: impl IntoIterator<Item = FieldError>) -> Result<(), Self> {
        let errors: Vec<_> = errors.into_iter().collect();
        if errors.is_empty() { Ok(()) } else { Err(Self::invalid(errors)) }
    }

    /// A failure of ours: the client learns nothing but the request id.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(&codes::INTERNAL).cause(cause)
    }

    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.details.errors = errors;
        self.details.errors.truncate(MOST_ERRORS);
        self
    }

    /// Adds an extension member.
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.members.insert(name.into(), value.into());
        self
    }

    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.details.headers.push((name, value));
        }
        self
    }

    /// Tells the client when to try again, in seconds.
    pub fn retry_after(self, seconds: u32) -> Self {
        self.header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// Keeps the private cause for the log.
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.details.cause = Some(cause.to_string());
        self
    }

    /// Every wrong value as the client sees it.
    pub fn rendered_errors(&self, language: Language) -> Vec<Value> {
        self.details.errors.iter().map(|error| error.render(language)).collect()
    }

    /// The code of the first rule that was broken, or of the problem.
    pub fn first_code(&self) -> &'static str {
        self.details.errors.first().map_or(self.kind.code, |error| error.rule.code)
    }

    /// True when the same may work a little later.
    pub fn is_temporary(&self) -> bool {
        matches!(self.kind.status, 503 | 504)
    }

    pub fn private_cause(&self) -> Option<&str> {
        self.details.cause.as_deref()
    }

    /// What whoever runs a command is told: the cause, where it is known.
    pub fn told_to_operator(self) -> String {
        self.private_cause().map_or_else(|| self.to_string(), str::to_owned)
    }

    /// Puts the request's language and id into the answer.
    pub fn in_context(mut self, context: Context) -> Self {
        self.details.context = context;
        self
    }

    /// The answer in the language and under the id of the request.
    pub fn render(&self, context: Context) -> HttpResponse {
        let mut body = json!({
            "type": format!("/problems/{}", self.kind.slug()),
            "title": self.kind.title.in_language(context.language),
            "status": self.kind.status,
            "code": self.kind.code,
            "detail": self.kind.detail.in_language(context.language),
            "instance": format!("urn:uuid:{}", context.request_id),
        });
        if !self.details.errors.is_empty() {
            body["errors"] = self.details.errors.iter().map(|e| e.render(context.language)).collect();
        }
        for (name, value) in &self.details.members {
            body[name] = value.clone();
        }
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        response.insert_header((header::CONTENT_LANGUAGE, context.language.tag()));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.details.headers {
            response.append_header((name.clone(), value.clone()));
        }
        response.body(body.to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.status, self.kind.code)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Only for problems that no layer could answer because the request is gone, such as time-outs.
    fn error_response(&self) -> HttpResponse {
        let mut response = self.render(self.details.context);
        finish(response.headers_mut(), &self.details.context, "/v1/");
        response
    }
}
