//! A database that cannot be reached for a while.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::data::*;
use crate::support::proxy::Proxy;

#[actix_web::test]
async fn connections_that_fell_silent_are_given_up() {
    let app = TestApp::start().await;
    let proxy = Proxy::to(&app.settings.database.url).await;
    let (server, _) = app.beside(|settings| {
        settings.database.url.clone_from(&proxy.url);
        settings.database.statement_timeout = Duration::from_secs(1);
        settings.database.longest_silence = Duration::from_millis(100);
    });
    let officer = app.officer_of(COMMUNITY);
    let reads = async || officer.request(Method::GET, "/v1/disputes").to(&server).send().await.status;
    let writes = async || {
        let filed = officer.request(Method::POST, "/v1/disputes").to(&server).json(&dispute_in(COMMUNITY));
        filed.send().await.status
    };
    assert_eq!((reads().await, writes().await), (200, 201));
    proxy.silence();
    let unready = app.anonymous().request(Method::GET, "/readyz").to(&server).send().await;
    assert_eq!(unready.status, 503, "whoever watches is told and does not wait");
    app.until(async || reads().await == 200).await;
    app.until(async || writes().await == 201).await;
    // On a busy machine an answer may be late once more.
    let ready = async || app.anonymous().request(Method::GET, "/readyz").to(&server).send().await.body;
    app.until(async || ready().await == json!({"status": "ok"})).await;
}
