//! The documentation, used as a person would: in a browser that reaches nothing but the service.
//! And the curl examples of docs/API.md, really run.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use sihe::access::actor::Role;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::process::free_port;

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// A headless Chromium that knows no host but loopback.
struct Browser {
    client: Client,
    /// Ends when it is dropped.
    _driver: Driver,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Browser {
    async fn start() -> Self {
        let port = free_port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Driver(command.spawn().expect("chromedriver is needed: run scripts/test"));
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({"args": arguments}));
        let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities);
        for _ in 0..100 {
            if let Ok(client) = builder.connect(&format!("http://127.0.0.1:{port}")).await {
                return Self { client, _driver: driver };
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("Chromium did not start");
    }

    async fn find(&self, css: &str) -> Element {
        self.client.wait().at_most(ACQUIRE_TIMEOUT).for_element(Locator::Css(css)).await.unwrap_or_else(|e| panic!("{css}: {e}"))
    }

    async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|e| panic!("{css}: {e}"));
    }
}

#[actix_web::test]
async fn a_developer_can_try_the_api_in_the_browser() {
    let app = TestApp::start().await;
    let filed = app.officer_of(COMMUNITY).files(&dispute_in(COMMUNITY)).await;
    let token = app.key.sign(&app.claims(&[(Role::CommunityOfficer, COMMUNITY)])).unwrap();
    let browser = Browser::start().await;
    browser.client.goto(&format!("{}/docs/", app.url)).await.unwrap();

    browser.click(".btn.authorize").await;
    browser.find(".auth-container input").await.send_keys(&token).await.unwrap();
    browser.click(".auth-btn-wrapper .authorize").await;
    browser.click(".auth-btn-wrapper .btn-done").await;

    browser.click("#operations-disputes-listDisputes .opblock-summary-control").await;
    browser.click("#operations-disputes-listDisputes .execute").await;
    let status = browser.find("#operations-disputes-listDisputes .live-responses-table tbody .response-col_status").await;
    assert!(status.text().await.unwrap().starts_with("200"), "{}", status.text().await.unwrap());
    let body = browser.find("#operations-disputes-listDisputes .live-responses-table tbody .response-col_description").await;
    assert!(body.text().await.unwrap().contains(&filed.id()));
    browser.client.clone().close().await.unwrap();
}

/// The blocks of a text that are marked as shell.
fn examples(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.map(str::to_owned).collect()
}

#[actix_web::test]
async fn the_examples_of_the_guide_work() {
    let app = TestApp::start().await;
    let examples = examples(include_str!("../../docs/API.md"));
    assert!(examples.len() >= 8);
    let text = run(&app, &examples).await;
    assert_eq!(app.count("disputes WHERE status = 'in_mediation'").await, 1, "{text}");
}

#[actix_web::test]
async fn the_first_minute_of_the_readme_works() {
    let app = TestApp::start().await;
    let text = run(&app, &examples(include_str!("../../README.md"))).await;
    assert!(text.ends_with('}') && text.rsplit_once("{\"id\"").unwrap().1.contains("\"status\":\"confirmed\""), "{text}");
    assert_eq!(app.count("mediations WHERE status = 'mediator_selected'").await, 1);
}

/// Runs examples as a district officer; tells what they wrote.
async fn run(app: &TestApp, examples: &[String]) -> String {
    let token = app.key.sign(&app.claims(&[(Role::DistrictOfficer, DISTRICT)])).unwrap();
    // One shell runs them all, so that later ones use what earlier ones set; curl fails on 4xx and 5xx.
    let script = format!(
        "set -euo pipefail\ncurl() {{ command curl --silent --show-error --fail-with-body \"$@\"; }}
        date() {{ command date --date=2026-03-02 \"$@\"; }}\n{}",
        examples.join("\n")
    );
    let mut command = Command::new("bash");
    command.args(["-c", &script]).env("SIHE", &app.url).env("TOKEN", &token);
    let output = actix_web::rt::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}\n{errors}");
    text.into_owned()
}
