use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web::Data;
use actix_web::{App, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use sihe::access::actor::{Grant, Role};
use sihe::access::keys::SigningKey;
use sihe::access::token::{Audience, Claims};

use crate::support::data::*;
use crate::support::process::KeyFile;
use crate::support::raw;
use crate::support::{Caller, TestApp};

/// A token with any header and claims, signed by any key.
fn forge(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let good = key.sign(claims).unwrap();
    if header.is_null() {
        return good;
    }
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    // Only the claims' own header can carry a good signature; any other is signed as HMAC or not at all.
    format!("{signed}.{}", good.rsplit('.').next().unwrap())
}

#[actix_web::test]
async fn bad_tokens_are_refused() {
    let app = TestApp::start().await;
    let good = app.claims(&[(Role::CityOfficer, CITY)]);
    assert_eq!(app.with_claims(&good).get("/v1/disputes").await.status, 200);
    let now = app.clock.now().timestamp();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut claims = json!(good);
        change(&mut claims);
        claims
    };
    let without = |name: &'static str| changed(&|c: &mut Value| drop(c.as_object_mut().unwrap().remove(name)));
    for (what, claims) in [
        ("wrong issuer", changed(&|c| c["iss"] = "https://elsewhere.example".into())),
        ("no issuer", without("iss")),
        ("wrong audience", changed(&|c| c["aud"] = json!(["other"]))),
        ("no audience", without("aud")),
        ("expired", changed(&|c| c["exp"] = (now - 31).into())),
        ("no expiry", without("exp")),
        ("expiry as text", changed(&|c| c["exp"] = "tomorrow".into())),
        ("expiry out of range", changed(&|c| c["exp"] = i64::MAX.into())),
        ("not yet valid", changed(&|c| c["nbf"] = (now + 60).into())),
        ("issued in the future", changed(&|c| c["iat"] = (now + 60).into())),
        ("no subject", without("sub")),
        ("empty subject", changed(&|c| c["sub"] = "".into())),
        ("NUL in the client id", changed(&|c| c["client_id"] = "a\u{0}".into())),
        ("an ID token", changed(&|c| c["nonce"] = "n".into())),
        ("an ID token with a code", changed(&|c| c["c_hash"] = "h".into())),
        ("an ID token by its own word", changed(&|c| c["typ"] = "ID".into())),
        ("a refresh token", changed(&|c| c["typ"] = "Refresh".into())),
        ("a logout token", changed(&|c| c["events"] = json!({"http://schemas.openid.net/event/backchannel-logout": {}}))),
        ("an ID token as Cognito marks it", changed(&|c| c["token_use"] = "id".into())),
        ("a refresh token as Cognito marks it", changed(&|c| c["token_use"] = "refresh".into())),
        ("a logout token by its own word", changed(&|c| c["typ"] = "Logout".into())),
        (
            "a login without a scope",
            changed(&|c| {
                c["auth_time"] = now.into();
                c["scope"] = "".into();
            }),
        ),
        (
            "too long and nobody knows since when",
            changed(&|c| {
                c["exp"] = (now + 401 * 86_400).into();
                c.as_object_mut().unwrap().remove("iat");
            }),
        ),
        ("level above the code", changed(&|c| c["grants"][0]["jurisdiction"] = "370202".into())),
        ("level below the code", changed(&|c| c["grants"][0] = json!({"role": "district_officer", "jurisdiction": "370202001"}))),
        ("unknown role", changed(&|c| c["grants"][0]["role"] = "emperor".into())),
        ("broken code", changed(&|c| c["grants"][0]["jurisdiction"] = "37020".into())),
    ] {
        let answer = app.with_token(&app.key.sign(&claims).unwrap()).get("/v1/disputes").await;
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{what}");
        assert!(answer.header("www-authenticate").unwrap().contains("invalid_token"), "{what}");
    }
    for (what, claims) in [
        ("within the leeway", changed(&|c| c["exp"] = (now - 29).into())),
        ("a padded code", changed(&|c| c["grants"][0]["jurisdiction"] = "370200000000".into())),
        ("a fraction of a second", changed(&|c| c["exp"] = json!(now as f64 + 100.5))),
        ("fractions everywhere", changed(&|c| (c["iat"], c["nbf"]) = (json!(now as f64 - 0.25), json!(now as f64 - 0.75)))),
        ("an access token as Cognito marks it", changed(&|c| c["token_use"] = "access".into())),
        ("an access token by its own word", changed(&|c| c["typ"] = "Bearer".into())),
        ("a login beside a scope", changed(&|c| c["auth_time"] = now.into())),
    ] {
        assert_eq!(app.with_token(&app.key.sign(&claims).unwrap()).get("/v1/disputes").await.status, 200, "{what}");
    }
}

#[actix_web::test]
async fn no_token_lives_longer_than_the_service_allows() {
    let app = TestApp::start_with(|settings| settings.longest_token = chrono::Duration::hours(24)).await;
    let caller = app.officer_of(CITY);
    let told = caller.get("/v1/disputes").await;
    assert_eq!(told.status, 200, "its year has begun");
    app.clock.advance(chrono::Duration::hours(24) + chrono::Duration::seconds(29));
    assert_eq!(caller.get("/v1/disputes").await.status, 200);
    app.clock.advance(chrono::Duration::seconds(1));
    caller.get("/v1/disputes").await.is(401, "unauthenticated");
    let unseen = app.with_claims(&app.claims(&[(Role::CityOfficer, CITY)]));
    assert_eq!(unseen.get("/v1/disputes").await.status, 200);
}

#[actix_web::test]
async fn apps_are_told_how_to_get_a_token_and_which_scope_they_lack() {
    let app = TestApp::start().await;
    let described = app.anonymous().get("/.well-known/oauth-protected-resource").await;
    assert_eq!(described.body["resource"], app.settings.public_url.as_str());
    assert_eq!(described.body["authorization_servers"], json!([app.settings.issuer]));
    assert!(described.body["scopes_supported"].as_array().unwrap().contains(&json!("disputes:write")));
    let metadata = format!("resource_metadata=\"{}/.well-known/oauth-protected-resource\"", app.settings.public_url);
    let nobody = app.anonymous().get("/v1/disputes").await;
    assert_eq!(
        nobody.header("www-authenticate"),
        Some(format!("Bearer realm=\"sihe\", scope=\"disputes:read\", {metadata}").as_str())
    );
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.scope = "disputes:read".into();
    let refused = app.with_claims(&claims).post("/v1/disputes", &json!({})).await;
    refused.is(403, "insufficient_scope");
    let challenge = format!("Bearer realm=\"sihe\", error=\"insufficient_scope\", scope=\"disputes:write\", {metadata}");
    assert_eq!(refused.header("www-authenticate"), Some(challenge.as_str()));
    let clerk = app.officer_of(COMMUNITY).post("/v1/token-revocations", &json!({})).await;
    clerk.is(403, "forbidden");
    let challenge =
        "error=\"insufficient_scope\", error_description=\"the role may not do this\", scope=\"token_revocations:write\"";
    assert_eq!(clerk.header("www-authenticate"), Some(format!("Bearer realm=\"sihe\", {challenge}, {metadata}").as_str()));
}

#[actix_web::test]
async fn forged_signatures_and_headers_are_refused() {
    let app = TestApp::start().await;
    let claims = json!(app.claims(&[(Role::CityOfficer, CITY)]));
    let jwk = json!(app.key.public_keys().keys[0]);
    let kid = jwk["kid"].as_str().unwrap();
    let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = |header: Value| format!("{}.{}.", encode(&header), encode(&claims));

    let mut hmac_header = Header::new(Algorithm::HS256);
    hmac_header.kid = Some(kid.to_owned());
    let mut tokens = vec![
        ("alg none", unsigned(json!({"alg": "none", "kid": kid}))),
        ("alg None", unsigned(json!({"alg": "None", "typ": "at+jwt"}))),
        ("other typ", forge(&app.key, &json!({"alg": "ES256", "typ": "dpop+jwt", "kid": kid}), &claims)),
        ("own key in header", forge(&app.key, &json!({"alg": "ES256", "typ": "at+jwt", "kid": kid, "jwk": jwk}), &claims)),
        (
            "key by URL",
            forge(&app.key, &json!({"alg": "ES256", "typ": "at+jwt", "kid": kid, "jku": "https://evil.example"}), &claims),
        ),
        ("no kid", forge(&app.key, &json!({"alg": "ES256", "typ": "at+jwt"}), &claims)),
        ("another's key", SigningKey::ephemeral().unwrap().sign(&claims).unwrap()),
        ("no JWT", "abc".into()),
        ("empty", String::new()),
        ("too long", "a".repeat(9000)),
    ];
    for secret in [jwk.to_string(), jwk["x"].as_str().unwrap().to_owned()] {
        let key = EncodingKey::from_secret(secret.as_bytes());
        tokens.push(("HS256 with the public key", jsonwebtoken::encode(&hmac_header, &claims, &key).unwrap()));
    }
    let file = KeyFile::of(&app);
    let private = EncodingKey::from_ec_pem(&std::fs::read(file.path()).unwrap()).unwrap();
    let plain = Header { typ: None, kid: Some(kid.to_owned()), ..Header::new(Algorithm::ES256) };
    let untyped = jsonwebtoken::encode(&plain, &claims, &private).unwrap();
    tokens.push(("no type", untyped.clone()));
    let (lenient, server) = app.beside(|settings| settings.untyped_issuers = vec![settings.issuer.clone()]);
    let taken = app.with_token(&untyped).request(Method::GET, "/v1/disputes").to(&lenient).send().await;
    assert_eq!(taken.status, 200, "where the issuer need not say what its tokens are");
    drop(server.stop(false));
    let good = app.key.sign(&claims).unwrap();
    let mut parts: Vec<&str> = good.split('.').collect();
    let more = encode(&json!(app.claims(&[(Role::CityOfficer, OTHER_CITY)])));
    parts[1] = &more;
    tokens.push(("changed claims", parts.join(".")));
    for (what, token) in tokens {
        let answer = app.with_token(&token).get("/v1/disputes").await;
        assert_eq!((answer.status, answer.code()), (401, "unauthenticated"), "{what}");
    }
}

#[actix_web::test]
async fn a_token_stands_in_one_header_and_nowhere_else() {
    let app = TestApp::start().await;
    let token = app.key.sign(&app.claims(&[(Role::CityOfficer, CITY)])).unwrap();
    app.anonymous().get(&format!("/v1/disputes?access_token={token}")).await.is(400, "token_in_query");
    app.with_token(&token).get("/v1/disputes?access_token=x").await.is(400, "token_in_query");
    let get = || app.anonymous().request(Method::GET, "/v1/disputes");
    let bearer = format!("Bearer {token}");
    get().header("authorization", &bearer).header("authorization", &bearer).send().await.is(401, "unauthenticated");
    get().header("authorization", &format!("Basic {token}")).send().await.is(401, "unauthenticated");
    get().header("authorization", &token).send().await.is(401, "unauthenticated");
    get().header("cookie", &format!("access_token={token}")).send().await.is(401, "unauthenticated");
    assert_eq!(get().header("authorization", &format!("bearer {token}")).send().await.status, 200);
}

#[actix_web::test]
async fn a_cached_token_expires_in_time() {
    let app = TestApp::start().await;
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.exp = app.clock.now().timestamp() + 60;
    let caller = app.with_claims(&claims);
    assert_eq!(caller.get("/v1/disputes").await.status, 200);
    app.clock.advance(chrono::Duration::seconds(89));
    assert_eq!(caller.get("/v1/disputes").await.status, 200);
    app.clock.advance(chrono::Duration::seconds(1));
    caller.get("/v1/disputes").await.is(401, "unauthenticated");
}

#[actix_web::test]
async fn the_public_key_is_published_and_the_private_is_not() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/.well-known/jwks.json").await;
    let key = &answer.body["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("EC"), &json!("P-256"), &json!("ES256"), &json!("sig"))
    );
    assert_eq!(key["d"], Value::Null);
    let set: JwkSet = serde_json::from_value(answer.body).unwrap();
    assert_eq!(set, app.key.public_keys());
}

/// An OIDC provider on loopback that counts how often its keys are asked for.
struct Provider {
    url: String,
    asked: Arc<AtomicUsize>,
    keys: Arc<std::sync::Mutex<Vec<SigningKey>>>,
    /// Held by a test that keeps the provider from answering.
    gate: Arc<tokio::sync::Mutex<()>>,
    server: actix_web::dev::ServerHandle,
}

impl Provider {
    async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let keys = Arc::new(std::sync::Mutex::new(vec![SigningKey::ephemeral().unwrap()]));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gate = Arc::new(tokio::sync::Mutex::new(()));
        let shared = (Data::from(asked.clone()), Data::from(keys.clone()), Data::new(url.clone()), Data::from(gate.clone()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.0.clone())
                .app_data(shared.1.clone())
                .app_data(shared.2.clone())
                .app_data(shared.3.clone())
                .route("/.well-known/openid-configuration", web::get().to(discovery))
                .route("/keys", web::get().to(published))
        })
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { url, asked, keys, gate, server: handle }
    }

    fn token(&self, key: usize, app: &TestApp) -> String {
        let mut claims = Claims::new(&self.url, &app.settings.audience, "u1".into(), app.clock.now(), chrono::Duration::days(30));
        claims.aud = Audience::Many(vec!["account".into(), app.settings.audience.clone()]);
        claims.grants = vec![Grant { role: Role::CityOfficer, jurisdiction: CITY.parse().unwrap() }];
        self.keys.lock().unwrap()[key].sign(&claims).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn discovery(url: Data<String>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"issuer": **url, "jwks_uri": format!("{}/keys", **url)}))
}

/// Between keys of which no service understands all.
async fn published(
    asked: Data<AtomicUsize>,
    keys: Data<std::sync::Mutex<Vec<SigningKey>>>,
    gate: Data<tokio::sync::Mutex<()>>,
) -> HttpResponse {
    asked.fetch_add(1, Ordering::SeqCst);
    drop(gate.lock().await);
    let good: Vec<Value> = keys.lock().unwrap().iter().flat_map(|key| key.public_keys().keys).map(|key| json!(key)).collect();
    let mut keys = vec![json!({"kty": "of tomorrow", "kid": "1"}), json!({"kty": "RSA", "kid": "2", "n": 7}), json!("no key")];
    keys.extend(good);
    keys.push(json!({"kty": "EC", "crv": "P-999", "kid": "3", "x": "AA", "y": "AA"}));
    HttpResponse::Ok().json(json!({"keys": keys}))
}

#[actix_web::test]
async fn tokens_of_an_oidc_issuer_are_believed() {
    let provider = Provider::start().await;
    let app = TestApp::start_with(|settings| settings.oidc_issuers = vec![provider.url.clone()]).await;
    let callers: Vec<_> = (0..20).map(|_| app.with_token(&provider.token(0, &app))).collect();
    let answers = futures_util::future::join_all(callers.iter().map(|caller| caller.get("/v1/disputes"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(provider.asked(), 1, "one fetch serves all");

    // The built-in issuer cannot speak for the provider, nor the provider for it.
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.iss = provider.url.clone();
    app.with_claims(&claims).get("/v1/disputes").await.is(401, "unauthenticated");
    claims.iss = app.settings.issuer.clone();
    let theirs = provider.keys.lock().unwrap()[0].sign(&claims).unwrap();
    app.with_token(&theirs).get("/v1/disputes").await.is(401, "unauthenticated");
}

#[actix_web::test]
async fn rotated_keys_are_found_and_withdrawn_keys_forgotten() {
    let provider = Provider::start().await;
    let app = TestApp::start_with(|settings| settings.oidc_issuers = vec![provider.url.clone()]).await;
    let old = app.with_token(&provider.token(0, &app));
    assert_eq!(old.get("/v1/disputes").await.status, 200);
    provider.keys.lock().unwrap().push(SigningKey::ephemeral().unwrap());
    let new = app.with_token(&provider.token(1, &app));
    new.get("/v1/disputes").await.is(401, "unauthenticated");
    app.clock.advance(chrono::Duration::seconds(30));
    assert_eq!(new.get("/v1/disputes").await.status, 200);
    assert_eq!(provider.asked(), 2);

    provider.keys.lock().unwrap().remove(0);
    app.clock.advance(chrono::Duration::hours(1));
    let newest = app.with_token(&provider.token(0, &app));
    // A known key serves at once; the keys are fetched meanwhile.
    assert_eq!(newest.get("/v1/disputes").await.status, 200);
    app.until(async || old.get("/v1/disputes").await.status == 401).await;
    assert_eq!(provider.asked(), 3);
}

#[actix_web::test]
async fn a_flood_of_unknown_keys_asks_the_issuer_once_in_thirty_seconds() {
    let provider = Provider::start().await;
    let app = TestApp::start_with(|settings| settings.oidc_issuers = vec![provider.url.clone()]).await;
    assert_eq!(app.with_token(&provider.token(0, &app)).get("/v1/disputes").await.status, 200);
    app.clock.advance(chrono::Duration::seconds(30));
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.iss = provider.url.clone();
    let strangers: Vec<_> = (0..50).map(|_| app.with_token(&SigningKey::ephemeral().unwrap().sign(&claims).unwrap())).collect();
    let answers = futures_util::future::join_all(strangers.iter().map(|caller| caller.get("/v1/disputes"))).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    assert_eq!(provider.asked(), 2);
}

#[actix_web::test]
async fn who_goes_away_does_not_keep_the_keys_from_others() {
    let provider = Provider::start().await;
    let app = TestApp::start_with(|settings| settings.oidc_issuers = vec![provider.url.clone()]).await;
    let mut claims = app.claims(&[(Role::CityOfficer, CITY)]);
    claims.iss = provider.url.clone();
    let stranger = app.with_token(&SigningKey::ephemeral().unwrap().sign(&claims).unwrap());
    let held = provider.gate.lock().await;
    let leaving = raw::silent(&stranger, &app.url, &Method::GET, "/v1/disputes", "").await;
    app.until(async || provider.asked() == 1).await;
    // Closed at once, without the usual farewell.
    socket2::SockRef::from(&leaving).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    drop(leaving);
    let good = app.with_token(&provider.token(0, &app));
    let answered = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        drop(held);
    };
    let (good, ()) = futures_util::join!(good.get("/v1/disputes"), answered);
    assert_eq!((good.status, provider.asked()), (200, 1), "the question goes on without whoever asked it");
}

#[actix_web::test]
async fn known_keys_survive_a_short_absence_of_the_issuer() {
    let provider = Provider::start().await;
    let app = TestApp::start_with(|settings| settings.oidc_issuers = vec![provider.url.clone()]).await;
    assert_eq!(app.with_token(&provider.token(0, &app)).get("/v1/disputes").await.status, 200);
    provider.server.stop(false).await;
    app.clock.advance(chrono::Duration::hours(2));
    assert_eq!(app.with_token(&provider.token(0, &app)).get("/v1/disputes").await.status, 200);
    app.clock.advance(chrono::Duration::hours(22));
    let silent = app.with_token(&provider.token(0, &app)).get("/v1/disputes").await;
    silent.is(503, "unavailable");
    assert_eq!(silent.header("retry-after"), Some("30"));
}

#[actix_web::test]
async fn what_was_revoked_is_believed_no_longer_by_any_instance() {
    let app = TestApp::start().await;
    let (other, server) = app.beside(|_| {});
    let (admin, issuer) = (app.caller(Role::Admin, CITY), app.settings.issuer.clone());
    let claims = |name: &str| {
        let mut claims = app.claims(&[(Role::CommunityOfficer, COMMUNITY)]);
        claims.sub = name.into();
        claims
    };
    let wang = claims("wang");
    let (first, second, li) = (
        app.with_claims(&wang),
        app.with_claims(&Claims { jti: Some("2".into()), ..wang.clone() }),
        app.with_claims(&claims("li")),
    );
    let believed = async |caller: &Caller<'_>| {
        let here = caller.get("/v1/disputes").await.status;
        let there = caller.request(Method::GET, "/v1/disputes").to(&other).send().await.status;
        (here, there)
    };
    let refused = |answer: (u16, u16)| answer == (401, 401);
    for caller in [&first, &second, &li] {
        assert_eq!(believed(caller).await, (200, 200));
    }
    let revoke = |more: Value| {
        let mut body = json!({"jurisdiction": CITY, "issuer": issuer, "reason": "手机遗失"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let single = revoke(json!({"jti": wang.jti}));
    app.officer_of(CITY).post("/v1/token-revocations", &single).await.is(403, "forbidden");
    admin.makes("/v1/token-revocations", single).await;
    let answer = first.get("/v1/disputes").await;
    answer.is(401, "unauthenticated");
    assert!(answer.header("www-authenticate").unwrap().contains("the token was revoked"));
    app.until(async || refused(believed(&first).await)).await;
    assert_eq!((believed(&second).await, believed(&li).await), ((200, 200), (200, 200)));

    // Everything of a subject that was issued until now; who signs in again is believed.
    admin.makes("/v1/token-revocations", revoke(json!({"subject": "wang"}))).await;
    app.until(async || refused(believed(&second).await)).await;
    assert_eq!(believed(&li).await, (200, 200));
    app.clock.advance(chrono::Duration::seconds(1));
    let again = app.with_claims(&Claims { iat: Some(app.clock.now().timestamp()), jti: Some("3".into()), ..wang });
    assert_eq!(believed(&again).await, (200, 200));

    let all = revoke(json!({"issued_before": app.clock.now().to_rfc3339()}));
    let listed = admin.get("/v1/token-revocations?subject=wang").await;
    assert_eq!(listed.ids().len(), 1);
    for (wrong, fault) in [
        (json!({"jurisdiction": DISTRICT}), "#/jurisdiction wrong_level"),
        (json!({"issuer": format!("{issuer}/")}), "#/issuer unknown_record"),
        (json!({"jti": "x", "subject": "wang"}), "#/subject not_applicable"),
        (json!({"issued_before": "2027-01-01T00:00:00Z"}), "#/issued_before in_future"),
    ] {
        assert_eq!(admin.post("/v1/token-revocations", &revoke(wrong)).await.errors(), [fault]);
    }
    admin.makes("/v1/token-revocations", all).await;
    app.until(async || refused(believed(&li).await) && refused(believed(&again).await)).await;
    drop(server.stop(false));
}
