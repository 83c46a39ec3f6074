//! Query parameters: only the declared names, each once, each obeying its schema.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use aws_lc_rs::digest;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use super::codes;
use super::json::OPAQUE;
use super::normal_form::normalized;
use super::problem::{FieldError, Problem};
use super::schema::{Compiled, compiled};

/// How many parameters are read.
pub(super) const MOST_PARAMETERS: usize = 100;

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageFilter {
    /// How many to return, 50 when not given.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}

/// The typed query of a request.
#[derive(Debug)]
pub struct Params<T> {
    pub value: T,
    /// Identifies the list, its filters and its order: everything but `cursor`, `limit` and `wait`.
    pub fingerprint: [u8; 8],
}

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Params<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let checked = check(compiled::<T>(schema_of_params::<T>), request.path(), request.query_string());
        ready(checked.and_then(|(object, fingerprint)| {
            let value = serde_json::from_value(object).map_err(|e| Problem::new(&codes::INVALID_PARAMETER).cause(e))?;
            Ok(Self { value, fingerprint })
        }))
    }
}

/// The parameters as an object that obeys its schema, and their fingerprint.
fn check(compiled: &Compiled, path: &str, query: &str) -> Result<(Value, [u8; 8]), Problem> {
    let cut = query.split('&').find(|pair| percent_decode_str(pair).decode_utf8().is_err());
    if let Some(pair) = cut {
        let name = pair.split('=').next().unwrap_or_default();
        let error = FieldError::parameter(percent_decode_str(name).decode_utf8_lossy(), &codes::NO_TEXT);
        return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![error]));
    }
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
        .map_err(|e| Problem::new(&codes::INVALID_PARAMETER).cause(e))?
        .into_inner();
    if pairs.len() > MOST_PARAMETERS {
        let error = FieldError::parameter("", &codes::TOO_MANY_VALUES).with("limit", MOST_PARAMETERS);
        return Err(Problem::new(&codes::INVALID_PARAMETER).errors(vec![error]));
    }
    let mut object = Map::new();
    let mut errors = Vec::new();
    for (name, text) in &pairs {
        let text = if OPAQUE.contains(&name.as_str()) { text.into() } else { normalized(text) };
        let value = typed(&compiled.schema["properties"][name], &text);
        if object.insert(name.clone(), value).is_some() {
            errors.push(FieldError::parameter(name, &codes::REPEATED));
        }
    }
    let object = Value::Object(object);
    errors.extend(compiled.errors_in(&object).into_iter().map(FieldError::into_parameter));
    if !errors.is_empty() {
        return Err(Problem::new(&codes::INVALID_PARAMETER).errors(errors));
    }
    Ok((object, fingerprint(path, pairs)))
}

/// The parameters as one object schema, so that they are checked like a body.
fn schema_of_params<T: IntoParams>() -> Value {
    let parameters = T::into_params(|| Some(ParameterIn::Query));
    let properties: Map<String, Value> = parameters.iter().map(|p| (p.name.clone(), json!(p.schema))).collect();
    let required: Vec<&str> = parameters.iter().filter(|p| json!(p)["required"] == true).map(|p| p.name.as_str()).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// A query holds only text; what the schema calls a number or a list is read as one, where it can be.
pub fn typed(schema: &Value, text: &str) -> Value {
    let is = |name| has_type(schema, name);
    if is("integer") {
        text.parse::<i64>().map_or_else(|_| text.into(), Value::from)
    } else if is("number") {
        text.parse::<f64>().map_or_else(|_| text.into(), Value::from)
    } else if is("boolean") {
        text.parse::<bool>().map_or_else(|_| text.into(), Value::from)
    } else if schema["format"] == "date-time" {
        // A plus sign that is not written as %2B stands for a blank.
        text.replace(' ', "+").into()
    } else if is("array") {
        text.split(',').map(Value::from).collect()
    } else {
        text.into()
    }
}

/// True when a schema allows values of a type, alone or among others.
pub fn has_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|known| known == name),
        one => one == name,
    }
}

fn fingerprint(path: &str, mut pairs: Vec<(String, String)>) -> [u8; 8] {
    pairs.retain(|(name, _)| !matches!(name.as_str(), "cursor" | "limit" | "wait"));
    pairs.sort();
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(path.as_bytes());
    for (name, value) in &pairs {
        hash.update(format!("{}:{name}={}:{value};", name.len(), value.len()).as_bytes());
    }
    let mut short = [0; 8];
    short.copy_from_slice(&hash.finish().as_ref()[..8]);
    short
}
