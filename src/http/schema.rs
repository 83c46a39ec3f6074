//! Validation by the contract itself: a value is checked against the JSON Schema that its type has
//! in the OpenAPI document, so a rule is written once and every broken rule is reported at once.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::codes::{self, Rule};
use super::normal_form::turns_direction;
use super::problem::FieldError;

/// A schema ready for use.
pub struct Compiled {
    pub schema: Value,
    validator: Validator,
}

static COMPILED: RwLock<Option<HashMap<TypeId, &'static Compiled>>> = RwLock::new(None);

/// What is kept for `T`, compiled from `schema` at the first call and then held for good.
pub fn compiled<T: 'static>(schema: fn() -> Value) -> &'static Compiled {
    compiled_once(TypeId::of::<T>(), std::any::type_name::<T>(), schema)
}

fn compiled_once(id: TypeId, name: &str, schema: fn() -> Value) -> &'static Compiled {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|all| all.get(&id).copied());
    known.unwrap_or_else(|| {
        let schema = schema();
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap_or_else(|error| panic!("the schema of {name} is broken: {error}"));
        let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        all.get_or_insert_default().entry(id).or_insert_with(|| Box::leak(Box::new(Compiled { schema, validator })))
    })
}

/// The schema of `T` with everything it refers to.
pub fn schema_of<T: ToSchema>() -> Value {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let components: Map<String, Value> = parts.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
    let mut root = json!(T::schema());
    root["components"] = json!({"schemas": components});
    root
}

/// A body with more values than this is refused before it is looked at.
const MOST_VALUES: usize = 10_000;
/// So many mistakes are told at once.
const MOST_ERRORS: usize = 100;

impl Compiled {
    /// Every rule that the value breaks, each with its place.
    pub fn errors_in(&self, value: &Value) -> Vec<FieldError> {
        if count(value) > MOST_VALUES {
            return vec![FieldError::at("", &codes::TOO_MANY_VALUES).with("limit", MOST_VALUES)];
        }
        let mut found = Vec::new();
        for error in self.validator.iter_errors(value) {
            explain(&error, &mut found);
            if found.len() >= MOST_ERRORS {
                break;
            }
        }
        control_characters(value, &mut String::new(), &mut found);
        found.truncate(MOST_ERRORS);
        found
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

fn explain(error: &ValidationError<'_>, found: &mut Vec<FieldError>) {
    use ValidationErrorKind as K;
    let place = error.instance_path().to_string();
    let limit = |rule: &'static Rule, limit: Value| FieldError::at(place.clone(), rule).with("limit", limit);
    found.push(match error.kind() {
        K::Required { property } => {
            FieldError::at(format!("{place}/{}", escape(property.as_str().unwrap_or_default())), &codes::REQUIRED)
        }
        K::AdditionalProperties { unexpected } | K::UnevaluatedProperties { unexpected } => {
            found.extend(
                unexpected
                    .iter()
                    .take(MOST_ERRORS)
                    .map(|name| FieldError::at(format!("{place}/{}", escape(name)), &codes::UNKNOWN)),
            );
            return;
        }
        // An optional object or enumeration is `oneOf [null, T]`: the client meant T.
        K::OneOfNotValid { context } | K::AnyOf { context } => {
            match context.iter().find(|branch| !branch.iter().any(wants_null)) {
                Some(branch) => branch.iter().for_each(|inner| explain(inner, found)),
                None => found.push(FieldError::at(place, &codes::NOT_ALLOWED)),
            }
            return;
        }
        K::Type { kind } => FieldError::at(place, &codes::TYPE).with("expected", type_names(kind)),
        K::Enum { options } => FieldError::at(place, &codes::ENUM).with("options", (**options).clone()),
        K::Format { format } => FieldError::at(place, &codes::FORMAT).with("format", format.as_str()),
        K::Pattern { pattern } if pattern == r"\S" => FieldError::at(place, &codes::BLANK),
        K::Pattern { pattern } => FieldError::at(place, &codes::PATTERN).with("pattern", pattern.as_str()),
        K::MinLength { limit: n } => limit(&codes::MIN_LENGTH, (*n).into()),
        K::MaxLength { limit: n } => limit(&codes::MAX_LENGTH, (*n).into()),
        K::MinItems { limit: n } => limit(&codes::MIN_ITEMS, (*n).into()),
        K::MaxItems { limit: n } => limit(&codes::MAX_ITEMS, (*n).into()),
        K::Minimum { limit: n } => limit(&codes::MINIMUM, n.clone()),
        K::Maximum { limit: n } => limit(&codes::MAXIMUM, n.clone()),
        K::MinProperties { limit: n } => limit(&codes::MIN_PROPERTIES, (*n).into()),
        K::UniqueItems => FieldError::at(place, &codes::DUPLICATE_ITEM),
        _ => FieldError::at(place, &codes::NOT_ALLOWED),
    });
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(many) => many.iter().map(|t| t.to_string()).collect(),
    }
}

fn wants_null(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(t) } if t.to_string() == "null")
}

/// No text holds control characters but line breaks and tabs; PostgreSQL could not even store U+0000.
fn control_characters(value: &Value, place: &mut String, found: &mut Vec<FieldError>) {
    let mut within = |step: &str, inner: &Value| {
        let length = place.len();
        place.push('/');
        place.push_str(step);
        control_characters(inner, place, found);
        place.truncate(length);
    };
    match value {
        Value::String(text) if text.chars().any(is_forbidden) => {
            found.push(FieldError::at(place.clone(), &codes::CONTROL_CHARACTER));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| within(&i.to_string(), item)),
        Value::Object(members) => members.iter().for_each(|(name, member)| within(&escape(name), member)),
        _ => {}
    }
}

/// True for control characters and for those that turn the direction of what follows.
pub fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t') || turns_direction(c)
}

/// One step of a JSON pointer (RFC 6901).
fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
