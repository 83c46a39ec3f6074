//! Offers and counter-offers.

use chrono::NaiveDate;

use crate::access::authority::Authority;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem, invalid};
use crate::resources::mediation::mediations::command::Effect;
use crate::resources::mediation::mediations::model::MediationFields;
use crate::resources::mediation::mediations::offers::{NewObligation, NewOffer, Offer, OfferAnswer, OfferReply, OfferStatus};

/// So many offers each side makes in one mediation.
const MOST_OFFERS: usize = 10;

/// Terms are those of parties, and nobody promises what was due before. `place` is where they stand in the request.
pub fn term_faults<'a>(
    mediation: &MediationFields,
    terms: impl Iterator<Item = (i16, NaiveDate)> + 'a,
    place: &'a str,
    today: NaiveDate,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (at, (debtor, due_on)) in terms.enumerate() {
        if !mediation.has_party(debtor) {
            errors.push(FieldError::at(format!("{place}/{at}/debtor"), &codes::UNKNOWN_RECORD));
        }
        errors.extend(FieldError::before(format!("{place}/{at}/due_on"), due_on, Some(today)));
    }
    errors
}

/// Makes an offer, or a counter-offer: an open one gives way to it.
pub fn offer(mediation: &mut MediationFields, new: NewOffer, own: &[i16], who: &Authority) -> Result<Vec<Effect>, Problem> {
    let NewOffer { position, terms, note } = new;
    let mut errors =
        term_faults(mediation, terms.iter().map(|term: &NewObligation| (term.debtor, term.due_on)), "/terms", who.today());
    if position.is_some_and(|position| !mediation.has_party(position)) {
        errors.push(FieldError::at("/position", &codes::UNKNOWN_RECORD));
    }
    if mediation.offers.0.iter().filter(|offer| offer.position == position).count() >= MOST_OFFERS {
        errors.push(FieldError::at("", &codes::MAX_ITEMS).with("limit", MOST_OFFERS));
    }
    Problem::fail_if_any(errors)?;
    for open in mediation.offers.0.iter_mut().filter(|offer| offer.status == OfferStatus::Open) {
        open.status = OfferStatus::Superseded;
    }
    let number = mediation.offers.0.last().map_or(1, |last| last.number + 1);
    let own = position.map(|position| OfferAnswer {
        position,
        accepts: true,
        note: None,
        by_party: own.contains(&position),
        at: who.now,
    });
    let answers = own.into_iter().collect();
    let after = Offer { number, position, terms, note, status: OfferStatus::Open, answers, at: who.now };
    mediation.offers.0.push(after.clone());
    Ok(vec![Effect::Offer { before: None, after }])
}

/// A party accepts the open offer or declines it. When all have accepted it, it is what they agree on.
pub fn answer(mediation: &mut MediationFields, reply: OfferReply, own: &[i16], who: &Authority) -> Result<Vec<Effect>, Problem> {
    let OfferReply { number, position, accepts, note } = reply;
    if !mediation.has_party(position) {
        return invalid("/position", &codes::UNKNOWN_RECORD);
    }
    let parties: Vec<_> = mediation.parties.0.iter().map(|party| party.position).collect();
    let Some(offer) = mediation.offers.0.iter_mut().find(|offer| offer.number == number) else {
        return invalid("/number", &codes::UNKNOWN_RECORD);
    };
    if offer.status != OfferStatus::Open {
        return invalid("/number", &codes::NOT_ACTIVE);
    }
    if offer.answers.iter().any(|known| known.position == position) {
        return invalid("/position", &codes::ALREADY_DONE);
    }
    let before = Some(offer.clone());
    offer.answers.push(OfferAnswer { position, accepts, note, by_party: own.contains(&position), at: who.now });
    let has_accepted = |position: &i16| offer.answers.iter().any(|known| known.position == *position && known.accepts);
    offer.status = match accepts {
        false => OfferStatus::Declined,
        true if parties.iter().all(has_accepted) => OfferStatus::Accepted,
        true => OfferStatus::Open,
    };
    Ok(vec![Effect::Offer { before, after: offer.clone() }])
}
