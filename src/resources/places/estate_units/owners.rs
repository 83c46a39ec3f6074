//! Who owns a unit, in what shares. Names and numbers are protected; of an identity number only a keyed hash is kept, which
//! tells that two units belong to the same person.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::privacy::{masked, masked_name, phone_digits};
use crate::db::text_enum::text_enum;
use crate::http::codes;
use crate::http::normal_form::{folded, plain};
use crate::http::problem::FieldError;

text_enum! {
    /// Who an owner is.
    pub enum OwnerKind {
        Person = "person",
        Organization = "organization",
    }
}

/// Makes the hashes of identity numbers.
pub struct OwnerKey(hmac::Key);

impl OwnerKey {
    /// From a key that all instances share.
    pub fn new(key: hmac::Key) -> Self {
        Self(key)
    }

    fn hash(&self, number: &str) -> String {
        let number: String = plain(number).to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect();
        HEXLOWER.encode(&hmac::sign(&self.0, number.as_bytes()).as_ref()[..16])
    }
}

/// An owner as they are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitOwner {
    pub kind: OwnerKind,
    pub name: String,
    pub phone: Option<String>,
    /// The hash of an identity number or credit code.
    pub identity: Option<String>,
    /// The share, as a fraction.
    pub share: (i64, i64),
}

impl UnitOwner {
    /// What two owners have in common who are the same: the number, or else name and phone. Without either nobody is the
    /// same as somebody else.
    pub fn same_as(&self) -> Option<String> {
        if let Some(identity) = &self.identity {
            return Some(format!("number {identity}"));
        }
        let phone = self.phone.as_deref().map(phone_digits)?;
        Some(format!("name {} {phone}", folded(&self.name)))
    }

    /// As a caller sees them.
    pub fn shown(&self) -> ShownOwner {
        ShownOwner {
            kind: self.kind,
            name: masked_name(&self.name),
            phone: self.phone.as_deref().map(masked),
            is_identified: self.identity.is_some(),
            share: format!("{}/{}", self.share.0, self.share.1),
        }
    }

    /// In full.
    pub fn disclosed(&self) -> DisclosedOwner {
        let share = format!("{}/{}", self.share.0, self.share.1);
        DisclosedOwner { kind: self.kind, name: self.name.clone(), phone: self.phone.clone(), share }
    }
}

/// An owner, masked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShownOwner {
    pub kind: OwnerKind,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
    /// True where an identity number was told, of which a hash is kept.
    pub is_identified: bool,
    /// As a fraction.
    #[schema(max_length = 11)]
    pub share: String,
}

/// An owner in full.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DisclosedOwner {
    pub kind: OwnerKind,
    #[schema(max_length = 100)]
    pub name: String,
    #[schema(max_length = 20, required)]
    pub phone: Option<String>,
    /// As a fraction.
    #[schema(max_length = 11)]
    pub share: String,
}

/// An owner of a unit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnitOwner {
    pub kind: OwnerKind,
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    pub name: String,
    #[schema(min_length = 5, max_length = 20, pattern = "^[+]?[0-9]+([ -][0-9]+)*$")]
    pub phone: Option<String>,
    /// The number of an identity card or a passport, or a credit code. It is not kept: only a hash is, which tells that two
    /// units belong to the same owner.
    #[schema(min_length = 5, max_length = 30, pattern = "^[0-9A-Za-z-]+$")]
    pub identity_number: Option<String>,
    /// The share as a fraction; all of it when not given.
    #[schema(min_length = 3, max_length = 9, pattern = "^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$")]
    pub share: Option<String>,
}

impl NewUnitOwner {
    /// As they are kept.
    pub fn kept(self, key: &OwnerKey) -> UnitOwner {
        let share = self.share.as_deref().and_then(|share| share.split_once('/'));
        let number = |text: &str| text.parse().unwrap_or(1);
        UnitOwner {
            kind: self.kind,
            name: self.name,
            phone: self.phone,
            identity: self.identity_number.map(|number| key.hash(&number)),
            share: share.map_or((1, 1), |(part, whole)| (number(part), number(whole))),
        }
    }
}

/// What is wrong with the owners of a unit: what is not sold has none, and the shares of the others make one.
pub fn owner_faults(sold: bool, owners: &[UnitOwner], place: &str) -> Option<FieldError> {
    match (sold, owners) {
        (false, []) => None,
        (false, _) => Some(FieldError::at(place.to_owned(), &codes::NOT_APPLICABLE)),
        (true, []) => Some(FieldError::at(place.to_owned(), &codes::REQUIRED)),
        (true, _) if make_one(owners.iter().map(|owner| owner.share)) => None,
        (true, _) => Some(FieldError::at(place.to_owned(), &codes::SHARES_NOT_ONE)),
    }
}

/// True for fractions that make one together.
fn make_one(shares: impl Iterator<Item = (i64, i64)>) -> bool {
    let add = |(n, d): (i128, i128), (part, whole): (i64, i64)| {
        let (part, whole) = (i128::from(part), i128::from(whole));
        let sum = n.checked_mul(whole)?.checked_add(part.checked_mul(d)?)?;
        let below = d.checked_mul(whole)?;
        let common = greatest_common(sum, below);
        Some((sum / common, below / common))
    };
    shares.into_iter().try_fold((0, 1), add) == Some((1, 1))
}

fn greatest_common(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { greatest_common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn owner(name: &str, share: &str) -> NewUnitOwner {
        let (phone, identity_number) = (Some("13800001234".to_owned()), None);
        NewUnitOwner { kind: OwnerKind::Person, name: name.to_owned(), phone, identity_number, share: Some(share.to_owned()) }
    }

    #[test]
    fn the_same_number_is_the_same_owner_however_it_is_written() {
        let key = OwnerKey::new(hmac::Key::new(hmac::HMAC_SHA256, b"key"));
        let with = |name: &str, number: &str| {
            NewUnitOwner { identity_number: Some(number.to_owned()), ..owner(name, "1/1") }.kept(&key).same_as()
        };
        assert_eq!(with("王小明", "37020219900101123x"), with("王晓明", "３７０２０２１９９００１０１１２３Ｘ"));
        assert_ne!(with("王小明", "370202199001011230"), with("王小明", "370202199001011231"));
        let named = |phone: Option<&str>| NewUnitOwner { phone: phone.map(str::to_owned), ..owner("王小明", "1/1") }.kept(&key);
        assert_eq!(named(Some("13800001234")).same_as(), named(Some("+86 138-0000-1234")).same_as());
        assert_eq!(named(None).same_as(), None);
        let shown = serde_json::to_string(&named(Some("13800001234")).shown()).unwrap();
        assert!(!shown.contains("小明") && !shown.contains("00001234"), "{shown}");
    }

    #[test]
    fn shares_make_one() {
        assert!(make_one([(1, 3), (1, 3), (1, 3)].into_iter()));
        assert!(make_one([(9999, 10_000), (1, 10_000)].into_iter()));
        for wrong in [&[(1, 2), (1, 3)][..], &[(1, 1), (1, 9999)], &[(2, 1)], &[]] {
            assert!(!make_one(wrong.iter().copied()), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn parts_of_a_whole_make_one_in_any_order(parts in proptest::collection::vec(1_i64..200, 1..40), turn in 0_usize..40) {
            let whole: i64 = parts.iter().sum();
            let mut shares: Vec<_> = parts.iter().map(|part| (*part, whole)).collect();
            shares.rotate_left(turn % parts.len());
            prop_assert!(make_one(shares.iter().copied()));
            shares[0].0 += 1;
            prop_assert!(!make_one(shares.into_iter()));
        }
    }
}
