//! Requests and answers. Every answer is checked against the contract.

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::TestApp;

/// Somebody who calls the service.
#[derive(Clone)]
pub struct Caller<'a> {
    pub app: &'a TestApp,
    pub token: Option<String>,
}

/// A request being put together.
pub struct Request<'a> {
    caller: Caller<'a>,
    method: Method,
    path: String,
    /// Another server than the caller's own.
    server: Option<String>,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as JSON; null when there is none.
    pub body: Value,
}

impl<'a> Caller<'a> {
    pub fn request(&self, method: Method, path: &str) -> Request<'a> {
        Request { caller: self.clone(), method, path: path.to_owned(), server: None, headers: HeaderMap::new(), body: None }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path).send().await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).json(body).send().await
    }

    /// Posts with an idempotency key.
    pub async fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).header("idempotency-key", key).json(body).send().await
    }

    /// Patches the version that the client knows.
    pub async fn patch(&self, path: &str, version: i64, body: &Value) -> Answer {
        self.request(Method::PATCH, path).header("if-match", &format!("\"{version}\"")).json(body).send().await
    }

    /// Files a dispute and gives back its answer, which must be 201.
    pub async fn files(&self, body: &Value) -> Answer {
        let answer = self.post("/v1/disputes", body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        answer
    }

    /// What is handed over to a party so that they link a dispute to their sign-in.
    pub async fn party_code(&self, id: &str, position: i64) -> Value {
        let shown = self.get(&format!("/v1/disputes/{id}/party-code?position={position}")).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        serde_json::json!({"number": shown.body["number"], "code": shown.body["code"]})
    }

    /// Carries out an action, which must succeed.
    pub async fn does(&self, id: &str, action: &str, body: Value) -> Answer {
        let answer = self.post(&format!("/v1/disputes/{id}/{action}"), &body).await;
        assert_eq!(answer.status, 200, "{action}: {:?}", answer.body);
        answer
    }
}

impl Request<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// Sends it to another server.
    pub fn to(self, server: &str) -> Self {
        Self { server: Some(server.to_owned()), ..self }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string().into_bytes())
    }

    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self.header("content-type", content_type)
    }

    pub async fn send(self) -> Answer {
        let app = self.caller.app;
        app.must_end();
        let server = self.server.as_ref().unwrap_or(&app.url);
        let mut request = app.http.request(self.method.clone(), format!("{server}{}", self.path)).headers(self.headers);
        if let Some(token) = &self.caller.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap().to_vec();
        let answer = Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), bytes };
        app.checker().check(self.method.as_str(), &self.path, &answer);
        answer
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub fn version(&self) -> i64 {
        self.body["version"].as_i64().unwrap()
    }

    /// The code of the problem; empty when it is none.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Place and rule of every wrong value, sorted.
    pub fn errors(&self) -> Vec<String> {
        let place = |e: &Value| e["pointer"].as_str().or(e["parameter"].as_str()).unwrap_or_default().to_owned();
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let mut errors: Vec<_> = errors.iter().map(|e| format!("{} {}", place(e), e["code"].as_str().unwrap())).collect();
        errors.sort();
        errors
    }

    /// The ids of a list.
    pub fn ids(&self) -> Vec<String> {
        self.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert!(code != "overlap" || !self.errors().is_empty(), "what overlaps is named: {}", self.body);
    }
}
