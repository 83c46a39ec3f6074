//! How a change of the administrative tree begins: the jurisdictions change at once, all of them or none, and the moves
//! that follow from it are planned.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use uuid::Uuid;

use super::faults::{faults, unfit_estates};
use super::model::{
    DivisionChangeFields, DivisionChangeKind, DivisionChangeStatus, DivisionEffect, DivisionStep, NewDivisionChange, PlannedMove,
    Progress,
};
use super::store;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::DivisionChanges;
use crate::access::scope::Authorized;
use crate::changes::record::id_or_new;
use crate::changes::write::{Record, Tx};
use crate::db::json_value::{JsonList, JsonValue};
use crate::http::codes;
use crate::http::problem::{FieldError, Problem};
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;
use crate::resources::places::jurisdictions::model::Jurisdiction;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// A change while it is being carried out. Every jurisdiction that it names is locked.
struct Work<'a> {
    tx: &'a Tx,
    scope: &'a Authorized<DivisionChanges>,
    new: &'a NewDivisionChange,
    known: HashMap<JurisdictionCode, Jurisdiction>,
    steps: Vec<DivisionStep>,
    divisions: Vec<Record>,
    moves: Vec<PlannedMove>,
}

/// Changes the jurisdictions; gives the change back with those that it touched.
pub async fn carry_out(
    tx: &Tx,
    scope: &Authorized<DivisionChanges>,
    new: &NewDivisionChange,
) -> Result<(DivisionChangeFields, Vec<Record>), Problem> {
    let mut errors = scope.day_faults("/effective_on", new.effective_on, None);
    let id = id_or_new(new.id, &mut errors);
    let known = locked(tx, new).await?;
    errors.extend(faults(scope, new, &known));
    Problem::fail_if_any(errors)?;
    Problem::fail_if_any(unfit_estates(tx, scope, new).await?)?;
    let mut work = Work { tx, scope, new, known, steps: Vec::new(), divisions: Vec::new(), moves: Vec::new() };
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
        if let Some(name) = &successor.name
            && !self.known.contains_key(&successor.code)
        {
            self.create(successor.code, name).await?;
        }
        let mut into = self.new.codes.clone();
        into.push(successor.code);
        self.refuse_equal_names(&into).await?;
        for at in 0..self.new.codes.len() {
            self.revoke(at, successor.code).await?;
        }
        Ok(())
    }

    async fn split(&mut self) -> Result<(), Problem> {
        for part in &self.new.parts {
            self.create(part.code, &part.name).await?;
        }
        let from = self.new.codes[0];
        for part in self.new.parts.iter().filter(|part| !part.estate_ids.is_empty()) {
            self.moves.push(PlannedMove { from, to: part.code, estate_ids: Some(part.estate_ids.clone()) });
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

    /// Where estates or organizations of the same name would meet, one must be renamed first.
    async fn refuse_equal_names(&self, places: &[JurisdictionCode]) -> Result<(), Problem> {
        // Estates stand in communities: elsewhere none changes its place.
        let mut names = match places[0].level() {
            Level::Community => estates::names_met_twice(self.tx, places).await?,
            _ => Vec::new(),
        };
        names.extend(organizations::names_met_twice(self.tx, places).await?);
        if names.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid(vec![FieldError::at("/codes", &codes::NAME_TAKEN).with("names", names)]))
    }

    /// Revokes a jurisdiction with its grids; what is open will move. Nothing else may still stand below.
    async fn revoke(&mut self, at: usize, successor: JurisdictionCode) -> Result<(), Problem> {
        let before = self.known[&self.new.codes[at]].clone();
        let below = jurisdictions::lock_below(self.tx, before.code).await?;
        let in_the_way: Vec<_> = below.iter().filter(|child| child.level != Level::Grid).map(|c| c.code.to_string()).collect();
        if !in_the_way.is_empty() {
            let error = FieldError::at(format!("/codes/{at}"), &codes::HAS_CHILDREN).with("codes", in_the_way);
            return Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]));
        }
        if store::is_moving_below(self.tx, before.code).await? {
            let error = FieldError::at(format!("/codes/{at}"), &codes::STILL_MOVING);
            return Err(Problem::new(&codes::STILL_NEEDED).errors(vec![error]));
        }
        let (tx, day, now) = (self.tx, self.new.effective_on, self.scope.now);
        let all = below.iter().chain([&before]).map(|one| jurisdictions::revoke(tx, one, successor, day, now));
        self.divisions.extend(try_join_all(all).await?);
        self.moves.push(PlannedMove { from: before.code, to: successor, estate_ids: None });
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

    async fn finish(self, id: Uuid) -> Result<(DivisionChangeFields, Vec<Record>), Problem> {
        let (first, now) = (self.new.codes[0], self.scope.now);
        let moves = !self.moves.is_empty();
        let change = DivisionChangeFields {
            id,
            jurisdiction: first.parent().unwrap_or(first),
            kind: self.new.kind,
            status: if moves { DivisionChangeStatus::Moving } else { DivisionChangeStatus::Completed },
            effective_on: self.new.effective_on,
            legal_basis: self.new.legal_basis.clone(),
            steps: JsonValue(self.steps),
            moved: 0,
            stuck_count: 0,
            stuck: JsonList::default(),
            completed_at: (!moves).then_some(now),
            version: 1,
            created_at: now,
            updated_at: now,
            created_by: self.scope.actor.caller.clone(),
            moves: JsonValue(self.moves),
            progress: Progress { next_step_at: moves.then_some(now), ..Progress::default() },
        };
        store::insert(self.tx, &change).await?;
        Ok((change, self.divisions))
    }
}
