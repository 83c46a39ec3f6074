//! How a change of the administrative tree is carried out: all of it in one transaction, or nothing.

use std::collections::HashMap;

use uuid::Uuid;

use super::faults::faults;
use super::model::{DivisionChange, DivisionChangeKind, DivisionEffect, DivisionStep, NewDivisionChange};
use super::relocation::move_estates;
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::slice::{Move, Relocation, Slices};
use crate::changes::write::{Record, Tx};
use crate::db::json_list::JsonList;
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::places::jurisdictions::model::Jurisdiction;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// A change while it is being carried out. Every jurisdiction that it names is locked.
pub struct Work<'a> {
    pub tx: &'a Tx,
    pub scope: &'a Authorized<DivisionChanges>,
    pub new: &'a NewDivisionChange,
    slices: Slices,
    known: HashMap<JurisdictionCode, Jurisdiction>,
    steps: Vec<DivisionStep>,
    divisions: Vec<Record>,
    moved: Vec<Record>,
}

/// Carries out a change; gives it back with all that it touched.
pub async fn carry_out(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
    slices: Slices,
) -> Result<(DivisionChange, Vec<Record>), Problem> {
    let mut errors = scope.day_faults("/effective_on", new.effective_on, None);
    let id = id_or_new(new.id, &mut errors);
    let known = locked(tx, new).await?;
    errors.extend(faults(scope, new, &known));
    Problem::fail_if_any(errors)?;
    let mut work = Work { tx, scope, new, slices, known, steps: Vec::new(), divisions: Vec::new(), moved: Vec::new() };
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

impl Work<'_> {
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
        let way = Move { from: before.code, to: successor, day, reason: &self.new.legal_basis };
        for slice in self.slices.iter() {
            if let Relocation::Moves(relocate) = slice.relocation {
                self.moved.extend(relocate(self.tx, self.scope, &way).await?);
            }
        }
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
