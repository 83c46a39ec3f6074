//! How a change of the administrative tree is carried out: all of it in one transaction, or nothing.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{DivisionChange, DivisionChangeKind, DivisionEffect, DivisionStep, NewDivisionChange};
use super::relocation::{move_estates, relocate};
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::policy::ActionTag;
use crate::access::policy::resource::DivisionChanges;
use crate::access::scope::Scope;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_list::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::jurisdictions::model::Jurisdiction;
use crate::resources::jurisdictions::store as jurisdictions;

/// A change while it is being carried out. Every jurisdiction that it names is locked.
pub struct Work<'a, A> {
    pub tx: &'a Tx,
    pub scope: &'a Scope<A, DivisionChanges>,
    pub new: &'a NewDivisionChange,
    known: HashMap<JurisdictionCode, Jurisdiction>,
    steps: Vec<DivisionStep>,
    divisions: Vec<Record>,
    moved: Vec<Record>,
}

/// Carries out a change; gives it back with all that it touched.
pub async fn carry_out<A: ActionTag>(
    tx: &Tx,
    scope: &Scope<A, DivisionChanges>,
    new: &NewDivisionChange,
) -> Result<(DivisionChange, Vec<Record>), Problem> {
    let mut errors = scope.day_faults("/effective_on", new.effective_on, None);
    let id = id_or_new(new.id, &mut errors);
    let known = locked(tx, new).await?;
    errors.extend(faults(scope, new, &known));
    Problem::unless_right(errors)?;
    let mut work = Work { tx, scope, new, known, steps: Vec::new(), divisions: Vec::new(), moved: Vec::new() };
    match new.kind {
        DivisionChangeKind::Rename => work.rename().await?,
        DivisionChangeKind::Merge | DivisionChangeKind::Revoke => work.merge().await?,
        DivisionChangeKind::Split => work.split().await?,
    }
    work.finish(id).await
}

/// Every jurisdiction that the change names and the ones above, those that are there already.
async fn locked(tx: &Tx, new: &NewDivisionChange) -> Result<HashMap<JurisdictionCode, Jurisdiction>, Problem> {
    let successor = new.successor.as_ref().map(|successor| successor.code);
    let made: Vec<_> = new.parts.iter().map(|part| part.code).chain(successor).collect();
    let above = made.iter().filter_map(JurisdictionCode::parent);
    let mut codes: Vec<_> = new.codes.iter().copied().chain(above).chain(made.iter().copied()).collect();
    codes.sort_unstable();
    codes.dedup();
    Ok(jurisdictions::lock(tx, &codes).await?.into_iter().map(|found| (found.code, found)).collect())
}

/// What is wrong with a change, as far as it can be told before it begins.
fn faults<A: ActionTag>(
    scope: &Scope<A, DivisionChanges>,
    new: &NewDivisionChange,
    known: &HashMap<JurisdictionCode, Jurisdiction>,
) -> Vec<FieldError> {
    use DivisionChangeKind::{Merge, Rename, Revoke, Split};
    let mut errors = Vec::new();
    let there = |code: &JurisdictionCode| known.get(code).filter(|_| scope.extent.covers(code));
    for (at, code) in new.codes.iter().enumerate() {
        let place = format!("/codes/{at}");
        let level_fits = code.level() != Level::Grid && (new.kind == Rename || code.level() != Level::City);
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

/// A new jurisdiction has the level of the old ones, a code that is free, and a parent that is there.
fn cannot_be_made<A: ActionTag>(
    scope: &Scope<A, DivisionChanges>,
    new: &NewDivisionChange,
    known: &HashMap<JurisdictionCode, Jurisdiction>,
    code: JurisdictionCode,
    place: String,
) -> Option<FieldError> {
    let parent = code.parent().and_then(|parent| known.get(&parent)).filter(|parent| parent.revoked_on.is_none());
    if !scope.extent.covers(&code) {
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

fn wrong_successor<A: ActionTag>(
    scope: &Scope<A, DivisionChanges>,
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
        _ if !scope.extent.covers(&successor.code) => wrong(&codes::UNKNOWN_JURISDICTION),
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

impl<A: ActionTag> Work<'_, A> {
    async fn rename(&mut self) -> Result<(), Problem> {
        let before = self.known[&self.new.codes[0]].clone();
        let name = self.new.name.clone().unwrap_or_default();
        self.divisions.push(jurisdictions::rename(self.tx, &before, &name, self.scope.now).await?);
        self.tell(DivisionEffect::Renamed, before.code, name, Some(before.name), None);
        Ok(())
    }

    async fn merge(&mut self) -> Result<(), Problem> {
        let Some(successor) = &self.new.successor else { return Ok(()) };
        if let Some(name) = successor.name.as_ref().filter(|_| !self.known.contains_key(&successor.code)) {
            self.create(successor.code, name).await?;
        }
        for at in 0..self.new.codes.len() {
            self.revoke(at, successor.code).await?;
        }
        Ok(())
    }

    async fn split(&mut self) -> Result<(), Problem> {
        for part in &self.new.parts {
            self.create(part.code, &part.name).await?;
        }
        let old = self.new.codes[0];
        for (at, part) in self.new.parts.iter().enumerate() {
            let moved = move_estates(self.tx, self.scope, old, part, at, self.new.effective_on).await?;
            self.moved.extend(moved);
        }
        match &self.new.successor {
            Some(successor) => self.revoke(0, successor.code).await,
            None => Ok(()),
        }
    }

    async fn create(&mut self, code: JurisdictionCode, name: &str) -> Result<(), Problem> {
        let division = jurisdictions::Division {
            code,
            level: code.level(),
            name: name.to_owned(),
            parent_code: code.parent(),
            created_at: self.scope.now,
            updated_at: self.scope.now,
        };
        for made in jurisdictions::upsert(self.tx, self.scope, &[division]).await? {
            self.divisions.push(Record::of(None, &made)?);
        }
        self.tell(DivisionEffect::Created, code, name.to_owned(), None, None);
        Ok(())
    }

    /// Moves everything open to the successor, then revokes. Only grids may still stand below.
    async fn revoke(&mut self, at: usize, successor: JurisdictionCode) -> Result<(), Problem> {
        let before = self.known[&self.new.codes[at]].clone();
        let below = jurisdictions::lock_below(self.tx, before.code).await?;
        let in_the_way: Vec<_> = below.iter().filter(|child| child.level != Level::Grid).map(|c| c.code.to_string()).collect();
        if !in_the_way.is_empty() {
            let error = FieldError::at(format!("/codes/{at}"), &codes::HAS_CHILDREN).with("codes", in_the_way);
            return Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]));
        }
        let day = self.new.effective_on;
        self.moved.extend(relocate(self.tx, self.scope, before.code, successor, day, &self.new.legal_basis).await?);
        self.divisions.push(jurisdictions::revoke(self.tx, &before, successor, day, self.scope.now).await?);
        self.tell(DivisionEffect::Revoked, before.code, before.name, None, Some(successor));
        Ok(())
    }

    fn tell(
        &mut self,
        effect: DivisionEffect,
        code: JurisdictionCode,
        name: String,
        former_name: Option<String>,
        successor_code: Option<JurisdictionCode>,
    ) {
        self.steps.push(DivisionStep { effect, code, name, former_name, successor_code });
    }

    async fn finish(self, id: Uuid) -> Result<(DivisionChange, Vec<Record>), Problem> {
        let first = self.new.codes[0];
        let change = DivisionChange {
            id,
            jurisdiction: first.parent().unwrap_or(first),
            kind: self.new.kind,
            effective_on: self.new.effective_on,
            legal_basis: self.new.legal_basis.clone(),
            steps: JsonList(self.steps),
            moved: i64::try_from(self.moved.len()).unwrap_or(i64::MAX),
            version: 1,
            created_at: self.scope.now,
            updated_at: self.scope.now,
            created_by: self.scope.actor.caller.clone(),
        };
        store::insert(self.tx, &change).await?;
        Ok((change, self.divisions.into_iter().chain(self.moved).collect()))
    }
}
