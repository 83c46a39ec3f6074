//! Who did what: append only, refused otherwise by the database itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Json;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use super::write::Record;
use crate::access::code::JurisdictionCode;
use crate::db::schema::audit_entries;
use crate::http::problem::Problem;

/// JSON text that was serialized once and is stored as it is.
#[derive(Clone, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = Json)]
pub struct JsonText(pub String);

impl JsonText {
    pub fn of(record: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_string(record).map(Self).map_err(Problem::internal)
    }
}

impl ToSql<Json, Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

/// What the audit keeps of a record: all of a new one, else only what changed.
pub struct Versions<'a> {
    pub before: Option<JsonText>,
    pub after: Cow<'a, JsonText>,
}

impl<'a> Versions<'a> {
    pub fn of(record: &'a Record) -> Result<Self, Problem> {
        let Some(before) = &record.before else { return Ok(Self { before: None, after: Cow::Borrowed(&record.after) }) };
        let (before, after) = differences(before, &record.after)?;
        Ok(Self { before: Some(before), after: Cow::Owned(after) })
    }
}

/// What differs between two versions of a record: the members that changed, as they were and as they are. Where most of
/// a list stayed in its place and it became no shorter, the items that changed are told whole by their positions,
/// `{"[0]": ..}`; everything else is told whole.
fn differences(before: &JsonText, after: &JsonText) -> Result<(JsonText, JsonText), Problem> {
    let before: &RawValue = serde_json::from_str(&before.0).map_err(Problem::internal)?;
    let after: &RawValue = serde_json::from_str(&after.0).map_err(Problem::internal)?;
    let text = |value: Box<RawValue>| JsonText(Box::<str>::from(value).into());
    changed(before, after).map(|(before, after)| (text(before), text(after)))
}

fn changed(before: &RawValue, after: &RawValue) -> Result<(Box<RawValue>, Box<RawValue>), Problem> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    match (parts(before)?, parts(after)?) {
        (Parts::Members(was), Parts::Members(is)) => {
            for (name, one) in &was {
                match is.get(name) {
                    Some(other) if one.get() == other.get() => {}
                    Some(other) => {
                        let (one, other) = changed(one, other)?;
                        old.insert(name.clone(), one);
                        new.insert(name.clone(), other);
                    }
                    None => drop(old.insert(name.clone(), (*one).to_owned())),
                }
            }
            let added = is.into_iter().filter(|(name, _)| !was.contains_key(name));
            new.extend(added.map(|(name, value)| (name, value.to_owned())));
        }
        (Parts::Items(was), Parts::Items(is)) if is_alike(&was, &is) => {
            for (at, item) in is.iter().enumerate().filter(|(at, item)| was.get(*at).is_none_or(|one| one.get() != item.get())) {
                old.extend(was.get(at).map(|one| (format!("[{at}]"), (*one).to_owned())));
                new.insert(format!("[{at}]"), (*item).to_owned());
            }
        }
        _ => return Ok((before.to_owned(), after.to_owned())),
    }
    Ok((to_raw_value(&old).map_err(Problem::internal)?, to_raw_value(&new).map_err(Problem::internal)?))
}

/// True where more than half of a list stayed in its place; it may have become longer.
fn is_alike(was: &[&RawValue], is: &[&RawValue]) -> bool {
    let kept = was.iter().zip(is).filter(|(one, other)| one.get() == other.get()).count();
    was.len() <= is.len() && kept * 2 > was.len()
}

/// What a value consists of.
enum Parts<'a> {
    Members(BTreeMap<String, &'a RawValue>),
    Items(Vec<&'a RawValue>),
    Nothing,
}

fn parts(value: &RawValue) -> Result<Parts<'_>, Problem> {
    match value.get().as_bytes().first() {
        Some(b'{') => serde_json::from_str(value.get()).map(Parts::Members).map_err(Problem::internal),
        Some(b'[') => serde_json::from_str(value.get()).map(Parts::Items).map_err(Problem::internal),
        _ => Ok(Parts::Nothing),
    }
}

/// One audited write.
#[derive(Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
pub struct AuditEntry<'a> {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub caller: &'a str,
    pub client_id: Option<&'a str>,
    pub role: &'a str,
    pub action: String,
    pub kind: &'a str,
    pub record_id: &'a str,
    pub jurisdiction: JurisdictionCode,
    pub request_id: Uuid,
    pub before: Option<&'a JsonText>,
    pub after: Option<&'a JsonText>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn diff(before: &Value, after: &Value) -> (Value, Value) {
        let (old, new) = differences(&JsonText::of(before).unwrap(), &JsonText::of(after).unwrap()).unwrap();
        (serde_json::from_str(&old.0).unwrap(), serde_json::from_str(&new.0).unwrap())
    }

    #[test]
    fn only_what_changed_is_kept() {
        let before =
            json!({"title": "漏水", "status": "submitted", "parts": {"a": 1, "b": [1, 2]}, "gone": null, "list": [1, 2, 5]});
        let after = json!({"title": "漏水", "status": "accepted", "parts": {"a": 1, "b": [1]}, "new": "x", "list": [1, 3, 5, 4]});
        let (old, new) = diff(&before, &after);
        assert_eq!(old, json!({"status": "submitted", "parts": {"b": [1, 2]}, "gone": null, "list": {"[1]": 2}}));
        assert_eq!(new, json!({"status": "accepted", "parts": {"b": [1]}, "new": "x", "list": {"[1]": 3, "[3]": 4}}));
        assert_eq!(diff(&json!([]), &json!(["王"])), (json!([]), json!(["王"])), "a list that was empty is told whole");
        let hours = json!([{"year": 2025, "hours": 8}, {"year": 2026, "hours": 8}, {"year": 2027, "hours": 0}]);
        let mut more = hours.clone();
        more[1]["hours"] = 12.into();
        assert_eq!(diff(&hours, &more).1, json!({"[1]": {"year": 2026, "hours": 12}}), "an item says what it is");
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = "[a-c\"\\\\]{0,2}".prop_map(Value::from);
        let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..4_i64).prop_map(Value::from), text];
        leaf.prop_recursive(3, 40, 12, |inner| {
            prop_oneof![proptest::collection::vec(inner.clone(), 0..12).prop_map(Value::from), object(inner)]
        })
    }

    fn object(inner: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
        proptest::collection::btree_map("[a-d\"\\[]{1,2}", inner, 0..5)
            .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
    }

    /// The same value with some of it changed: each bit of the seed decides on a member or item.
    fn altered(value: &Value, seed: u64) -> Value {
        let bit = |at: usize| seed.rotate_right(u32::try_from(at % 64).unwrap()) & 7;
        match value {
            Value::Object(members) => {
                let mut members = members.clone();
                for (at, name) in value.as_object().unwrap().keys().enumerate() {
                    match bit(at) {
                        0 => drop(members.remove(name)),
                        1 | 2 => members[name] = altered(&members[name], seed.rotate_right(9)),
                        _ => {}
                    }
                }
                if bit(60) == 3 {
                    members.insert("new".into(), seed.into());
                }
                members.into()
            }
            Value::Array(items) => {
                let change = |(at, item)| if bit(at) == 1 { altered(item, seed.rotate_right(5)) } else { item.clone() };
                let mut items: Vec<_> = items.iter().enumerate().map(change).collect();
                match bit(61) {
                    0 => drop(items.pop()),
                    1..4 => items.push(seed.into()),
                    _ => {}
                }
                items.into()
            }
            _ if bit(62) == 0 => json!({"[0]": 1}),
            _ => seed.into(),
        }
    }

    /// The version that follows from another by what the audit keeps.
    fn applied(from: &Value, old: &Value, new: &Value) -> Value {
        match (from, old, new) {
            (Value::Array(items), Value::Object(_), Value::Object(new)) => {
                let mut items = items.clone();
                for at in 0.. {
                    match (new.get(&format!("[{at}]")), items.get_mut(at)) {
                        (Some(item), Some(known)) => *known = item.clone(),
                        (Some(item), None) => items.push(item.clone()),
                        (None, None) => break,
                        (None, Some(_)) => {}
                    }
                }
                items.into()
            }
            (Value::Object(members), Value::Object(old), Value::Object(new)) => {
                let mut members = members.clone();
                members.retain(|name, _| !old.contains_key(name) || new.contains_key(name));
                for (name, added) in new {
                    let value = match (from.get(name), old.get(name)) {
                        (Some(from), Some(old)) => applied(from, old, added),
                        _ => added.clone(),
                    };
                    members.insert(name.clone(), value);
                }
                members.into()
            }
            _ => new.clone(),
        }
    }

    /// No member of an object stands in both with the same value. Items of lists are told whole.
    fn is_lean(old: &Value, new: &Value) -> bool {
        let (Value::Object(old), Value::Object(new)) = (old, new) else { return true };
        let differ = |name: &String, one: &Value, other: &Value| one != other && (name.starts_with('[') || is_lean(one, other));
        old.iter().all(|(name, one)| new.get(name).is_none_or(|other| differ(name, one, other)))
    }

    proptest! {
        #[test]
        fn every_version_follows_from_the_one_before(before in object(value()), seed in any::<u64>()) {
            let after = altered(&before, seed);
            let (old, new) = diff(&before, &after);
            prop_assert_eq!(applied(&before, &old, &new), after);
            let changed = |name: &String| before.get(name) != altered(&before, seed).get(name);
            prop_assert!(old.as_object().unwrap().keys().chain(new.as_object().unwrap().keys()).all(changed));
            prop_assert!(is_lean(&old, &new));
        }
    }
}
