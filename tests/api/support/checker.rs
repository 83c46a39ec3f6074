//! Holds every answer against the OpenAPI document.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Answer;

/// The document and its schemas, compiled once for all tests.
pub struct Checker {
    pub document: Value,
    /// Every path with its steps.
    templates: Vec<(String, Vec<String>)>,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Checker {
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Checker>> = OnceLock::new();
        let new = || {
            let document: Value = serde_json::from_str(sihe::app::contract()).unwrap();
            let steps = |path: &String| (path.clone(), path.split('/').map(str::to_owned).collect());
            let templates = document["paths"].as_object().unwrap().keys().map(steps).collect();
            Arc::new(Self { document, templates, validators: Mutex::default() })
        };
        SHARED.get_or_init(new).clone()
    }

    /// The template and the description of the operation that a request addresses.
    pub fn operation(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let asked: Vec<_> = path.split('?').next().unwrap().split('/').collect();
        let fits = |steps: &[String]| {
            steps.len() == asked.len() && steps.iter().zip(&asked).all(|(t, p)| t.starts_with('{') && !p.is_empty() || t == p)
        };
        let (template, _) = self.templates.iter().find(|(_, steps)| fits(steps))?;
        Some((template, self.document["paths"][template].get(method.to_lowercase())?))
    }

    /// Panics unless status, content type and body are as documented.
    pub fn check(&self, method: &str, path: &str, answer: &Answer) {
        let place = format!("{method} {path}: {}", answer.status);
        assert!(answer.header("request-id").is_some(), "{place}: no Request-Id");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{place}");
        let Some((_, operation)) = self.operation(method, path) else {
            if path.starts_with("/docs") {
                return;
            }
            assert!(answer.status >= 400, "{place}: not in the contract");
            return self.check_body(&place, "#/components/schemas/Problem", "application/problem+json", answer);
        };
        let responses = &operation["responses"];
        let documented = match &responses[answer.status.to_string()] {
            Value::Null if answer.status >= 500 || answer.status == 400 => &responses["default"],
            Value::Null => panic!("{place}: status not documented: {}", answer.body),
            documented => documented,
        };
        let Some((content_type, content)) = documented["content"].as_object().and_then(|c| c.iter().next()) else {
            assert!(answer.bytes.is_empty(), "{place}: a body where none is documented");
            return;
        };
        for (name, _) in documented["headers"].as_object().into_iter().flatten() {
            // These two are there only when there is something to tell.
            let optional = name == "Idempotency-Replayed" || name == "Link" && answer.body["next_cursor"].is_null();
            assert!(optional || answer.header(name).is_some(), "{place}: no {name}");
        }
        for name in ["etag", "link", "location", "idempotency-replayed"] {
            let documented =
                documented["headers"].as_object().into_iter().flatten().any(|(known, _)| known.eq_ignore_ascii_case(name));
            assert!(
                documented || answer.header(name).is_none() || answer.status == 304 || answer.status >= 400,
                "{place}: {name} is not documented"
            );
        }
        match content["schema"]["$ref"].as_str() {
            Some(reference) if content_type.contains("json") => self.check_body(&place, reference, content_type, answer),
            _ => assert!(answer.header("content-type").unwrap().starts_with(content_type), "{place}"),
        }
    }

    fn check_body(&self, place: &str, reference: &str, content_type: &str, answer: &Answer) {
        assert_eq!(answer.header("content-type").unwrap_or_default(), content_type, "{place}: {:?}", answer.body);
        let errors: Vec<_> =
            self.validator(reference).iter_errors(&answer.body).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{place}: {errors:?}");
    }

    pub fn validator(&self, reference: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let compile = || {
            let schema =
                json!({"$ref": reference, "components": strict(&self.document["components"]), "unevaluatedProperties": false});
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
            Arc::new(options.build(&schema).unwrap())
        };
        validators.entry(reference.to_owned()).or_insert_with(compile).clone()
    }
}

/// The components with every page item and member closed to undocumented members.
fn strict(components: &Value) -> Value {
    match components {
        Value::Object(members) => {
            let closed = members.contains_key("properties") && !members.contains_key("additionalProperties");
            let mut members: serde_json::Map<_, _> = members.iter().map(|(k, v)| (k.clone(), strict(v))).collect();
            if closed && members.get("properties").is_some_and(|p| p.get("items").is_some() || p.get("changes").is_some()) {
                members.insert("additionalProperties".into(), false.into());
            }
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(strict).collect(),
        other => other.clone(),
    }
}
