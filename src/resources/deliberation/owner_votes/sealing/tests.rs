//! What is in a box, and who opens it.

use aws_lc_rs::hmac;

use super::*;

#[test]
fn only_the_key_of_the_vote_opens_its_box() {
    let keys = VoteKeys::new(hmac::Key::new(hmac::HMAC_SHA256, b"one"));
    let (vote, other) = (Uuid::now_v7(), Uuid::now_v7());
    let key = BoxKey::new(vote, &keys).unwrap();
    let (yes, no) = (key.seal(vote, "yes", 100).unwrap(), key.seal(vote, "no", 100).unwrap());
    assert_eq!(yes.len(), no.len());
    assert_ne!(yes, key.seal(vote, "yes", 100).unwrap(), "nobody sees that two say the same");
    let opener = key.opener(vote, &keys).unwrap();
    assert_eq!((opener.open(&yes).unwrap(), opener.open(&no).unwrap()), ("yes".to_owned(), "no".to_owned()));
    let mut damaged = yes.clone();
    damaged[40] ^= 1;
    assert!(opener.open(&damaged).is_err() && opener.open(&yes[..20]).is_err());
    assert!(key.opener(other, &keys).is_err());
    let strangers = VoteKeys::new(hmac::Key::new(hmac::HMAC_SHA256, b"two"));
    assert!(key.opener(vote, &strangers).is_err());
    assert!(key.seal(vote, &"x".repeat(101), 100).is_err());
    assert!(key.destroyed().opener(vote, &keys).is_err());
    assert_ne!(nonce().unwrap(), nonce().unwrap());
}
