//! Lists: which page a request asks for, and the answer with it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::cursor::CursorKey;
use super::page::{self, DEFAULT_LIMIT, Keyset, Newest};
use crate::http::answer::{Listed, Paged};
use crate::http::problem::Problem;
use crate::http::query::{PageFilter, Params};

/// What a request asks of a list whose pages end at a `K`.
pub struct Listing<F, K = Newest> {
    pub filter: F,
    pub keyset: Keyset<K>,
    pub pager: Pager,
}

/// Makes the page that answers a request.
pub struct Pager {
    limit: i64,
    fingerprint: [u8; 8],
    cursors: Data<CursorKey>,
}

impl Pager {
    /// A page of rows, of which there is one too many where another page follows. `key` is where it begins.
    pub fn page<R, P: Paged, K: Serialize>(
        self,
        mut rows: Vec<R>,
        key: impl FnOnce(&R) -> K,
        show: impl FnMut(R) -> P::Item,
    ) -> Listed<P> {
        let next_cursor = page::cut(&mut rows, self.limit).map(|last| self.cursors.seal(&self.fingerprint, &key(last)));
        Listed(P::of(rows.into_iter().map(show).collect(), next_cursor))
    }
}

impl<F: DeserializeOwned + IntoParams + 'static, K: DeserializeOwned> FromRequest for Listing<F, K> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let params = Params::<Asked<F>>::from_request(request, payload).into_inner();
        let cursors = request.app_data::<Data<CursorKey>>().cloned();
        ready(params.and_then(|params| asked(params, cursors.ok_or_else(|| Problem::internal("the app has no cursor key"))?)))
    }
}

fn asked<F, K: DeserializeOwned>(params: Params<Asked<F>>, cursors: Data<CursorKey>) -> Result<Listing<F, K>, Problem> {
    let Params { value: Asked { filter, page }, fingerprint } = params;
    let limit = page.limit.unwrap_or(DEFAULT_LIMIT);
    let after = cursors.resume(&fingerprint, page.cursor.as_deref())?;
    Ok(Listing { filter, keyset: Keyset { after, limit }, pager: Pager { limit, fingerprint, cursors } })
}

/// The parameters of a list: its filter and the part of it.
#[derive(Deserialize)]
struct Asked<F> {
    #[serde(flatten)]
    filter: F,
    #[serde(flatten)]
    page: PageFilter,
}

impl<F: IntoParams> IntoParams for Asked<F> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        [F::into_params(&parameter_in), PageFilter::into_params(&parameter_in)].concat()
    }
}

/// A list without a filter of its own.
#[derive(Deserialize)]
pub struct Everything {}

impl IntoParams for Everything {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}
