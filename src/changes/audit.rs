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

/// What differs between two versions of a record: the members that changed, as they were and as they are. A list that
/// has not become shorter is compared by position, `{"0": ..}`; everything else is told whole.
fn differences(before: &JsonText, after: &JsonText) -> Result<(JsonText, JsonText), Problem> {
    let raw = |text: &JsonText| RawValue::from_string(text.0.clone()).map_err(Problem::internal);
    let (before, after) = (raw(before)?, raw(after)?);
    let (before, after) = changed(&before, &after)?;
    Ok((JsonText::of(&before)?, JsonText::of(&after)?))
}

fn changed(before: &RawValue, after: &RawValue) -> Result<(Box<RawValue>, Box<RawValue>), Problem> {
    let (was, is) = match (parts(before)?, parts(after)?) {
        (Parts::Members(was), Parts::Members(is)) => (was, is),
        (Parts::Items(was), Parts::Items(is)) if !was.is_empty() && was.len() <= is.len() => (by_position(was), by_position(is)),
        _ => return Ok((before.to_owned(), after.to_owned())),
    };
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    for name in was.keys().chain(is.keys().filter(|name| !was.contains_key(*name))) {
        match (was.get(name), is.get(name)) {
            (Some(one), Some(other)) if one.get() == other.get() => {}
            (Some(one), Some(other)) => {
                let (one, other) = changed(one, other)?;
                old.insert(name, one);
                new.insert(name, other);
            }
            (Some(gone), None) => drop(old.insert(name, (*gone).to_owned())),
            (None, Some(added)) => drop(new.insert(name, (*added).to_owned())),
            (None, None) => {}
        }
    }
    Ok((to_raw_value(&old).map_err(Problem::internal)?, to_raw_value(&new).map_err(Problem::internal)?))
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

fn by_position(items: Vec<&RawValue>) -> BTreeMap<String, &RawValue> {
    items.into_iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
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
            json!({"title": "漏水", "status": "submitted", "parts": {"a": 1, "b": [1, 2]}, "gone": null, "list": [1, 2]});
        let after = json!({"title": "漏水", "status": "accepted", "parts": {"a": 1, "b": [1]}, "new": "x", "list": [1, 3, 4]});
        let (old, new) = diff(&before, &after);
        assert_eq!(old, json!({"status": "submitted", "parts": {"b": [1, 2]}, "gone": null, "list": {"1": 2}}));
        assert_eq!(new, json!({"status": "accepted", "parts": {"b": [1]}, "new": "x", "list": {"1": 3, "2": 4}}));
        assert_eq!(diff(&json!([]), &json!(["王"])), (json!([]), json!(["王"])), "a list is told whole");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4_i64).prop_map(Value::from),
            "[a-c\"\\\\]{0,2}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from), object(inner),]
        })
    }

    fn object(inner: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
        proptest::collection::btree_map("[a-d\"]{1,2}", inner, 0..4)
            .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into())
    }

    /// The version that follows from another by what the audit keeps.
    fn applied(from: &Value, old: &Value, new: &Value) -> Value {
        if let (Value::Array(items), Value::Object(_), Value::Object(_)) = (from, old, new) {
            let members: Map<_, _> = items.iter().enumerate().map(|(at, item)| (at.to_string(), item.clone())).collect();
            let Value::Object(mut members) = applied(&members.into(), old, new) else { unreachable!() };
            let items = (0..members.len()).map(|at| members.remove(&at.to_string()).unwrap());
            return items.collect::<Vec<_>>().into();
        }
        let (Value::Object(from), Value::Object(old), Value::Object(new)) = (from, old, new) else { return new.clone() };
        let mut members = from.clone();
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

    proptest! {
        #[test]
        fn every_version_follows_from_the_one_before_and_back(before in object(value()), after in object(value())) {
            let (old, new) = diff(&before, &after);
            prop_assert_eq!(applied(&before, &old, &new), after.clone());
            prop_assert_eq!(applied(&after, &new, &old), before);
        }
    }
}
