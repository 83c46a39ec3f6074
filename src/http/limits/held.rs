//! Answers that wait until the client reads them.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::web::Bytes;

use super::slots::Slot;

/// Bodies that go out at once, in bytes.
const SMALL: u64 = 64 << 10;

/// The answer, whose slot stays taken while a large body waits to be read by the client.
pub fn held_until_sent(answered: ServiceResponse<impl MessageBody + 'static>, slot: Slot) -> ServiceResponse {
    match answered.response().body().size() {
        BodySize::None => answered.map_into_boxed_body(),
        BodySize::Sized(size) if size <= SMALL => answered.map_into_boxed_body(),
        _ => answered.map_body(|_, body| BoxBody::new(Held { body: Box::pin(body), _slot: slot })),
    }
}

/// A body with the slot of its request.
struct Held<B> {
    body: Pin<Box<B>>,
    _slot: Slot,
}

impl<B: MessageBody> MessageBody for Held<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, B::Error>>> {
        self.body.as_mut().poll_next(context)
    }
}
