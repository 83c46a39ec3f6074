//! Which tokens are no longer believed, and whether jurisdictions went into others, as every instance knows it within
//! seconds.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::Queryable;
use futures_util::future::LocalBoxFuture;
use tokio::sync::MutexGuard;
use tokio::time::timeout;

use super::actor::Actor;
use super::resource::ProtectedResource;
use crate::calendar::Clock;
use crate::db::pool::Db;
use crate::http::codes;
use crate::http::problem::Problem;

/// What is known is looked up again in the background after this time.
const FRESH: Duration = Duration::from_secs(1);
/// What is older is not relied on: the request waits for what holds now.
const USABLE: Duration = Duration::from_secs(3);

const LONGEST_LOOK: Duration = Duration::from_secs(2);
/// Revocations are known for so much longer than tokens live: those that do not say when they were issued are taken only
/// near their end.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// One that is no longer believed: a single token, or all that were issued up to a time, of one subject or of an issuer.
#[derive(Queryable)]
pub struct Revoked {
    pub issuer: String,
    pub jti: Option<String>,
    pub subject: Option<String>,
    pub issued_before: DateTime<Utc>,
}

/// What every instance must know.
pub struct News {
    pub revoked: Vec<Revoked>,
    /// How many jurisdictions went into others: what an actor inherits from them changes with it.
    pub successions: i64,
}

/// Reads what was revoked since a time.
pub type Load = fn(Db, DateTime<Utc>) -> LocalBoxFuture<'static, Result<News, Problem>>;

/// What of a token tells whether it was revoked.
#[derive(Clone, Debug, Default)]
pub struct TokenMark {
    pub issuer: String,
    pub jti: Option<String>,
    /// A token that does not say when it was issued counts as an old one.
    pub issued_at: DateTime<Utc>,
}

#[derive(Default)]
struct Known {
    /// Ids of single tokens, by their issuers.
    tokens: HashMap<String, HashSet<String>>,
    /// Up to when tokens of a subject, as `<issuer>|<sub>`, are not believed.
    subjects: HashMap<String, DateTime<Utc>>,
    issuers: HashMap<String, DateTime<Utc>>,
    successions: i64,
}

impl Known {
    fn of(News { revoked, successions }: News) -> Self {
        let mut known = Self { successions, ..Self::default() };
        for Revoked { issuer, jti, subject, issued_before } in revoked {
            if let Some(jti) = jti {
                known.tokens.entry(issuer).or_default().insert(jti);
                continue;
            }
            let until = match subject {
                Some(subject) => known.subjects.entry(format!("{issuer}|{subject}")),
                None => known.issuers.entry(issuer),
            }
            .or_insert(issued_before);
            *until = issued_before.max(*until);
        }
        known
    }

    fn refuses(&self, actor: &Actor) -> bool {
        let TokenMark { issuer, jti, issued_at } = &actor.token;
        let single = jti.as_ref().zip(self.tokens.get(issuer)).is_some_and(|(jti, revoked)| revoked.contains(jti));
        let until = [self.subjects.get(&actor.caller), self.issuers.get(issuer)];
        // Tokens tell whole seconds.
        single || until.into_iter().flatten().any(|until| issued_at.timestamp() <= until.timestamp())
    }
}

/// The tokens that are no longer believed.
pub struct Revocations {
    load: Load,
    /// A connection of its own: what holds must be known however busy the others are.
    db: Db,
    /// No token lives longer: what was revoked before need not be known.
    longest: TimeDelta,
    /// Called when jurisdictions went into others.
    succeeded: Box<dyn Fn() + Send + Sync>,
    known: RwLock<Known>,
    looked_at: Mutex<Option<Instant>>,
    /// Held while looking, with when that last failed.
    looking: tokio::sync::Mutex<Option<Instant>>,
}

impl Revocations {
    pub fn new(load: Load, db: Db, longest: TimeDelta, succeeded: Box<dyn Fn() + Send + Sync>) -> Self {
        let (known, looked_at, looking) = Default::default();
        Self { load, db, longest, succeeded, known, looked_at, looking }
    }

    /// Whether the token of an actor was revoked.
    pub fn refuses(&self, actor: &Actor) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).refuses(actor)
    }

    /// Sees to it that what is known is young enough.
    pub async fn refresh(self: &Arc<Self>, now: DateTime<Utc>) -> Result<(), Problem> {
        match self.age() {
            Some(age) if age < FRESH => {}
            Some(age) if age < USABLE => {
                let all = self.clone();
                actix_web::rt::spawn(async move {
                    // Somebody else may be looking already.
                    if let Ok(looking) = all.looking.try_lock() {
                        let _ = all.look(looking, now, FRESH).await;
                    }
                });
            }
            _ => self.look(self.looking.lock().await, now, USABLE).await?,
        }
        Ok(())
    }

    /// Forgets when it last looked: something was revoked, or went into another jurisdiction, here.
    pub fn look_again(&self) {
        *self.looked_at.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn age(&self) -> Option<Duration> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())
    }

    /// Looks up what holds, unless somebody else just did. Whoever waited while another look failed does not try again.
    async fn look(
        &self,
        mut failed_at: MutexGuard<'_, Option<Instant>>,
        now: DateTime<Utc>,
        oldest: Duration,
    ) -> Result<(), Problem> {
        if self.age().is_some_and(|age| age < oldest) {
            return Ok(());
        }
        let unknown = |cause: &str| Problem::new(&codes::UNAVAILABLE).retry_after(1).cause(cause);
        if failed_at.is_some_and(|at| at.elapsed() < FRESH) {
            return Err(unknown("it is not known which tokens were revoked"));
        }
        let began = Instant::now();
        let loaded = timeout(LONGEST_LOOK, (self.load)(self.db.clone(), now - self.longest - REMEMBERED)).await;
        let loaded = loaded.unwrap_or_else(|_| Err(unknown("the revoked tokens were not told in time")));
        *failed_at = loaded.is_err().then(Instant::now);
        let known = Known::of(loaded?);
        let successions = known.successions;
        let before = std::mem::replace(&mut *self.known.write().unwrap_or_else(PoisonError::into_inner), known);
        if before.successions != successions {
            (self.succeeded)();
        }
        *self.looked_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(began);
        Ok(())
    }
}

/// What every instance knows of revoked tokens and jurisdictions, young enough.
pub async fn refreshed(request: &ServiceRequest) -> Result<Arc<Revocations>, Problem> {
    let (Some(revocations), Some(clock)) = (request.app_data::<web::Data<Revocations>>(), request.app_data::<web::Data<Clock>>())
    else {
        return Err(Problem::internal("the app knows no revocations"));
    };
    let revocations = revocations.clone().into_inner();
    revocations.refresh(clock.now()).await?;
    Ok(revocations)
}

/// Refuses the token of an actor that was revoked.
pub fn refuse_revoked(request: &ServiceRequest, revocations: &Revocations, actor: &Actor) -> Result<(), Problem> {
    let Some(resource) = request.app_data::<web::Data<ProtectedResource>>() else {
        return Err(Problem::internal("the app is no resource"));
    };
    if revocations.refuses(actor) {
        let challenge =
            resource.challenge(request.request(), "error=\"invalid_token\", error_description=\"the token was revoked\"");
        return Err(Problem::new(&codes::UNAUTHENTICATED).header(WWW_AUTHENTICATE, &challenge).cause("the token was revoked"));
    }
    Ok(())
}
