//! What is wrong with a change of the administrative tree before it begins.

use std::collections::{HashMap, HashSet};

use super::model::{DivisionChangeKind, NewDivisionChange};
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::places::estates::store as estates;
use crate::resources::places::jurisdictions::model::Jurisdiction;

/// What is wrong with a change, as far as it can be told before it begins.
pub fn faults(
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
    known: &HashMap<JurisdictionCode, Jurisdiction>,
) -> Vec<FieldError> {
    use DivisionChangeKind::{Merge, Rename, Revoke, Split};
    let mut errors = Vec::new();
    let there = |code: &JurisdictionCode| if scope.area.covers(code) { known.get(code) } else { None };
    for (at, code) in new.codes.iter().enumerate() {
        let place = format!("/codes/{at}");
        let level_fits = code.level() != Level::Grid && (new.kind == Rename || code.level() > Level::City);
        match there(code) {
            None => errors.push(FieldError::at(place, &codes::UNKNOWN_JURISDICTION)),
            Some(found) if found.revoked_on.is_some() => errors.push(FieldError::at(place, &codes::ALREADY_REVOKED)),
            Some(_) if new.codes[..at].contains(code) => errors.push(FieldError::at(place, &codes::DUPLICATE_ITEM)),
            Some(_) if !level_fits || code.level() != new.codes[0].level() => {
                let levels = vec!["district", "street", "community"];
                errors.push(FieldError::at(place, &codes::WRONG_LEVEL).with("levels", levels));
            }
            Some(_) => {}
        }
    }
    if new.codes.len() > 1 && matches!(new.kind, Rename | Split) {
        errors.push(FieldError::at("/codes", &codes::MAX_ITEMS).with("limit", 1));
    }
    let expect = |place: &'static str, given: bool, wanted: bool| {
        let rule = if wanted { &codes::REQUIRED } else { &codes::NOT_APPLICABLE };
        (given != wanted).then(|| FieldError::at(place, rule))
    };
    errors.extend(expect("/name", new.name.is_some(), new.kind == Rename));
    errors.extend(expect("/parts", !new.parts.is_empty(), new.kind == Split));
    if new.kind != Split {
        errors.extend(expect("/successor", new.successor.is_some(), matches!(new.kind, Merge | Revoke)));
    }
    let mut made = Vec::new();
    for (at, part) in new.parts.iter().enumerate() {
        errors.extend(cannot_be_made(scope, new, known, part.code, format!("/parts/{at}/code")));
        if made.contains(&part.code) {
            errors.push(FieldError::at(format!("/parts/{at}/code"), &codes::DUPLICATE_ITEM));
        }
        made.push(part.code);
    }
    errors.extend(wrong_successor(scope, new, known));
    errors
}

/// The estates that go to a part of a split community must stand in it and be named once.
pub async fn unfit_estates(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
) -> Result<Vec<FieldError>, Problem> {
    let named = new.parts.iter().flat_map(|part| part.estate_ids.iter().copied()).collect::<Vec<_>>();
    let there = estates::standing_in(tx, scope, &named, new.codes[0]).await?;
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    if new.codes[0].level() != Level::Community {
        // Estates of a street go with their communities.
        let naming = new.parts.iter().enumerate().filter(|(_, part)| !part.estate_ids.is_empty());
        return Ok(naming.map(|(at, _)| FieldError::at(format!("/parts/{at}/estate_ids"), &codes::NOT_APPLICABLE)).collect());
    }
    for (at, part) in new.parts.iter().enumerate() {
        for (index, id) in part.estate_ids.iter().enumerate() {
            let wrong = |rule| FieldError::at(format!("/parts/{at}/estate_ids/{index}"), rule);
            errors.extend((!there.contains(id)).then(|| wrong(&codes::UNKNOWN_RECORD)));
            errors.extend((!seen.insert(*id)).then(|| wrong(&codes::DUPLICATE_ITEM)));
        }
    }
    Ok(errors)
}

/// A new jurisdiction has the level of the old ones, a code that is free, and a parent that is there.
fn cannot_be_made(
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
    known: &HashMap<JurisdictionCode, Jurisdiction>,
    code: JurisdictionCode,
    place: String,
) -> Option<FieldError> {
    let parent = code.parent().and_then(|parent| known.get(&parent)).filter(|parent| parent.revoked_on.is_none());
    if !scope.area.covers(&code) {
        Some(FieldError::at(place, &codes::UNKNOWN_JURISDICTION))
    } else if known.contains_key(&code) {
        Some(FieldError::at(place, &codes::ALREADY_THERE))
    } else if code.level() != new.codes[0].level() {
        Some(FieldError::at(place, &codes::WRONG_LEVEL).with("levels", vec![new.codes[0].level().as_str()]))
    } else if parent.is_none() {
        Some(FieldError::at(place, &codes::UNKNOWN_JURISDICTION))
    } else {
        None
    }
}

fn wrong_successor(
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
    known: &HashMap<JurisdictionCode, Jurisdiction>,
) -> Option<FieldError> {
    let successor = new.successor.as_ref()?;
    let wrong = |rule| Some(FieldError::at("/successor/code", rule));
    if new.kind == DivisionChangeKind::Split {
        let is_part = new.parts.iter().any(|part| part.code == successor.code);
        return if is_part { None } else { wrong(&codes::UNKNOWN_JURISDICTION) };
    }
    if new.codes.contains(&successor.code) {
        return wrong(&codes::CYCLE);
    }
    match known.get(&successor.code) {
        _ if !scope.area.covers(&successor.code) => wrong(&codes::UNKNOWN_JURISDICTION),
        Some(found) if found.revoked_on.is_some() => wrong(&codes::ALREADY_REVOKED),
        Some(found) if found.level != new.codes[0].level() => {
            Some(FieldError::at("/successor/code", &codes::WRONG_LEVEL).with("levels", vec![new.codes[0].level().as_str()]))
        }
        Some(_) => None,
        None if new.kind == DivisionChangeKind::Revoke => wrong(&codes::UNKNOWN_JURISDICTION),
        None if successor.name.is_none() => Some(FieldError::at("/successor/name", &codes::REQUIRED)),
        None => cannot_be_made(scope, new, known, successor.code, "/successor/code".into()),
    }
}
