//! Pages that people read without a program.

use actix_web::HttpResponse;
use actix_web::http::header::{ContentType, TryIntoHeaderPair};
use maud::{DOCTYPE, Markup, html};

/// A page in Chinese, below its title. `kept` says who keeps a copy and how long.
pub fn page(kept: impl TryIntoHeaderPair, title: &str, body: &Markup) -> HttpResponse {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
            }
            body {
                h1 { (title) }
                (body)
            }
        }
    };
    HttpResponse::Ok().insert_header(kept).content_type(ContentType::html()).body(page.into_string())
}
