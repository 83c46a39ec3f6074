//! The secrets of votes: all follow from one that the instances share, and each is of one vote.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::ballots::inputs::LetterHalf;
use crate::access::typed_code::CodeKey;
use crate::http::seal::Seal;
use crate::resources::places::estate_units::owners::UnitOwner;

/// How many signs a letter has: 80 bits, of which whoever prints a half lacks 40, which nobody guesses.
const LETTER: usize = 16;

/// Makes the secrets of votes.
pub struct VoteKeys(hmac::Key);

impl VoteKeys {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    fn sign(&self, vote: Uuid, purpose: &str, text: &str) -> hmac::Tag {
        let of_vote = hmac::sign(&self.0, format!("{purpose} {vote}").as_bytes());
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, of_vote.as_ref()), text.as_bytes())
    }

    /// Who holds a unit, as the roll of a vote names them: the same for all units of the same owners, and of no use elsewhere.
    pub fn holder(&self, vote: Uuid, unit: Uuid, owners: &[UnitOwner]) -> String {
        let known: Option<Vec<String>> = owners.iter().map(UnitOwner::same_as).collect();
        // Whoever cannot be told from others of their name holds this unit alone.
        let who = known.map_or_else(
            || format!("unit {unit}"),
            |mut known| {
                known.sort();
                known.join("\n")
            },
        );
        HEXLOWER.encode(&self.sign(vote, "holder", &who).as_ref()[..16])
    }

    /// What stands on a letter of a head: the first, the second ... that was printed for it.
    pub fn letter(&self, vote: Uuid, head: i32, letter: i16) -> String {
        CodeKey::new(self.0.clone()).signs(LETTER, &format!("letter {vote} {head} {letter}"))
    }

    /// The half of it that one of two persons prints, as people read it.
    pub fn half(&self, vote: Uuid, head: i32, (letter, half): (i16, LetterHalf)) -> String {
        let signs = self.letter(vote, head, letter);
        let (first, second) = signs.split_at(LETTER / 2);
        let (one, other) = if half == LetterHalf::First { first } else { second }.split_at(LETTER / 4);
        format!("{one}-{other}")
    }

    /// The mark of what somebody read on a paper: the same for the same, and nobody else makes it.
    pub fn entry(&self, vote: Uuid, paper: Uuid, choices: &str) -> String {
        HEXLOWER.encode(self.sign(vote, &format!("paper {paper}"), choices).as_ref())
    }

    /// Seals the key of a box.
    pub fn seal(&self, vote: Uuid) -> Seal {
        Seal::of(self.sign(vote, "box", "").as_ref())
    }
}
