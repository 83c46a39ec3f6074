//! What must be known to decide on a command.

use std::sync::Arc;

use futures_util::try_join;
use uuid::Uuid;

use super::command::Command;
use super::decide::{guests, timed};
use super::effective_rules::EffectiveRules;
use super::inputs::Transfer;
use super::model::{DisputeFields, DisputePatch};
use super::parties::{Guest, NewParty, Party};
use super::party_inputs::{AddedParty, PartyCorrection};
use super::routing::ResponsibilityLookup;
use super::states::Status;
use super::store::parties::Link;
use super::store::{self, Parts};
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::resource::Disputes;
use crate::access::scope::Authorized;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::parties::organizations::store as organizations;
use crate::resources::places::estates::store as estates;
use crate::resources::places::jurisdictions::store as jurisdictions;

/// What must be known to decide on a dispute; what a command does not need stays empty.
pub struct Facts {
    /// What holds for it.
    pub rules: Arc<EffectiveRules>,
    /// What holds where a patch takes it: to another place or category.
    pub moved: Option<Arc<EffectiveRules>>,
    /// Who could be responsible where it goes.
    pub holders: Option<ResponsibilityLookup>,
    /// Disputes that change along with it, locked.
    pub others: Vec<DisputeFields>,
    /// Those of the others to which the caller or their organization is a party.
    pub own_others: Vec<Uuid>,
    /// Those of the others that have parts themselves.
    pub with_parts: Vec<Uuid>,
    /// Whether it has parts itself.
    pub has_parts: bool,
    /// How many parts the one has that gets more.
    pub part_count: usize,
    pub parties: Vec<Party>,
    /// Who else sees it.
    pub guests: Vec<Guest>,
    /// How the parties are linked to sign-ins.
    pub links: Vec<Link>,
    /// The positions of those parties that the caller or their organization is.
    pub own_positions: Vec<i16>,
    /// The name of the estate that a patch puts in, where it stands in the place.
    pub estate_name: Option<String>,
    /// Whether the jurisdiction or organization that was named is there.
    pub is_there: bool,
    /// Whoever was named to be invited or no longer invited, where they are a guest.
    pub guest: Option<Guest>,
    /// Where the open work of its jurisdiction is, or of the one to which it goes back.
    pub successor: Option<JurisdictionCode>,
}

impl Facts {
    /// Finds out what must be known, in one round trip; in two where the dispute goes elsewhere.
    pub async fn gather(before: &DisputeFields, tx: &Tx, who: &Authorized<Disputes>, command: &Command) -> Result<Self, Problem> {
        let rules = EffectiveRules::at(tx.connection(), before.jurisdiction, &before.category, who.today());
        let (rules, others, with_parts, part_count, people, is_there, guest, successor) = try_join!(
            async { rules.await.map_err(Problem::from) },
            others(before, tx, who, command),
            with_parts(before, tx, command),
            part_count(before, tx, command),
            people(before, tx, who, command),
            is_there(before, tx, who, command),
            guest(before, tx, command),
            successor(before, tx, command),
        )?;
        let mut facts = Self::of_rules(Arc::new(rules));
        let ids: Vec<_> = others.iter().map(|other| other.id).collect();
        if !ids.is_empty() {
            facts.own_others = store::parties::concerning(tx, &ids, who).await?;
        }
        ((facts.parties, facts.guests), facts.links, facts.own_positions, facts.estate_name) = people;
        facts.has_parts = with_parts.contains(&before.id);
        (facts.others, facts.with_parts, facts.part_count) = (others, with_parts, part_count);
        (facts.is_there, facts.guest, facts.successor) = (is_there, guest, successor);
        facts.add_holders(before, tx, who, command).await?;
        Ok(facts)
    }

    /// What holds for a dispute, and nothing else that is known.
    pub fn of_rules(rules: Arc<EffectiveRules>) -> Self {
        Self {
            rules,
            moved: None,
            holders: None,
            others: Vec::new(),
            own_others: Vec::new(),
            with_parts: Vec::new(),
            has_parts: false,
            part_count: 0,
            parties: Vec::new(),
            guests: Vec::new(),
            links: Vec::new(),
            own_positions: Vec::new(),
            estate_name: None,
            is_there: false,
            guest: None,
            successor: None,
        }
    }

    /// Who could be responsible where the dispute goes.
    pub fn holders(&self) -> Result<&ResponsibilityLookup, Problem> {
        self.holders.as_ref().ok_or_else(|| Problem::internal("nobody looked who is responsible"))
    }

    /// Who could be responsible depends on the matter, which the category tells: a second round trip, for the commands
    /// that send a dispute elsewhere.
    async fn add_holders(&mut self, before: &DisputeFields, tx: &Tx, who: &Authority, command: &Command) -> Result<(), Problem> {
        let (mut place, mut category, mut given) = (before.jurisdiction, before.category.as_str(), None);
        match command {
            Command::Transfer(body) => place = body.jurisdiction.unwrap_or(place),
            Command::Update(patch) => {
                place = patch.jurisdiction.unwrap_or(place);
                category = patch.category.as_deref().unwrap_or(category);
                let other_estate = patch.estate_id.is_some_and(|id| id != before.estate_id) && before.status == Status::Submitted;
                if !other_estate && (place, category) == (before.jurisdiction, before.category.as_str()) {
                    return Ok(());
                }
                given = patch.estate_id;
                self.moved = Some(Arc::new(EffectiveRules::at(tx.connection(), place, category, who.today()).await?));
            }
            Command::Escalate(_) => {}
            Command::Reopen(_) => place = self.successor.unwrap_or(place),
            Command::RunDueStep if timed::escalates(before, &self.rules, who.now)? => {}
            _ => return Ok(()),
        }
        let stays = place.at(Level::Community) == before.jurisdiction.at(Level::Community);
        let estate = given.unwrap_or(if stays { before.estate_id } else { None });
        let matter = self.moved.as_ref().unwrap_or(&self.rules).matter(category);
        self.holders = Some(ResponsibilityLookup::of(tx.connection(), place, estate, matter, who.today()).await?);
        Ok(())
    }
}

/// The disputes that change along with this one.
async fn others(
    before: &DisputeFields,
    tx: &Tx,
    who: &Authorized<Disputes>,
    command: &Command,
) -> Result<Vec<DisputeFields>, Problem> {
    match command {
        Command::Merge(body) => store::in_reach(tx, who, &[body.into_id]).await,
        Command::AddParts(body) => store::in_reach(tx, who, &body.dispute_ids).await,
        Command::Resolve(_) | Command::Reject(_) | Command::Withdraw(_) | Command::ReferOut(_) => {
            store::parts_of(tx, before.id).await
        }
        _ => Ok(Vec::new()),
    }
}

async fn with_parts(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Vec<Uuid>, Problem> {
    match command {
        Command::Merge(_) => store::parents_among(tx, &[before.id]).await,
        Command::AddParts(body) => store::parents_among(tx, &body.dispute_ids).await,
        _ => Ok(Vec::new()),
    }
}

async fn part_count(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<usize, Problem> {
    match command {
        Command::Merge(body) => store::count_parts(tx, body.into_id).await,
        Command::AddParts(_) => store::count_parts(tx, before.id).await,
        _ => Ok(0),
    }
}

async fn parts(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Parts, Problem> {
    match command {
        Command::Update(_)
        | Command::Uninvite(_)
        | Command::AddParty(_)
        | Command::CorrectParty(_)
        | Command::RemoveParty(_)
        | Command::UnlinkParty(_)
        | Command::Answer(_) => Ok(store::parts(tx.connection(), before.id).await?),
        _ => Ok(Parts::default()),
    }
}

/// Who has a part in the dispute, and the estate that a patch names.
async fn people(
    before: &DisputeFields,
    tx: &Tx,
    who: &Authority,
    command: &Command,
) -> Result<(Parts, Vec<Link>, Vec<i16>, Option<String>), Problem> {
    try_join!(
        parts(before, tx, command),
        links(before, tx, command),
        own_positions(before, tx, who, command),
        estate_name(before, tx, command)
    )
}

async fn links(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Vec<Link>, Problem> {
    match command {
        Command::UnlinkParty(_) => Ok(store::parties::links(tx.connection(), before.id).await?),
        _ => Ok(Vec::new()),
    }
}

async fn own_positions(before: &DisputeFields, tx: &Tx, who: &Authority, command: &Command) -> Result<Vec<i16>, Problem> {
    match command {
        Command::RunDueStep => Ok(Vec::new()),
        _ => Ok(store::parties::positions_of(tx.connection(), before.id, who).await?),
    }
}

async fn estate_name(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Option<String>, Problem> {
    match command {
        Command::Update(DisputePatch { estate_id: Some(Some(id)), jurisdiction, .. }) => {
            Ok(estates::name_in(tx.connection(), *id, jurisdiction.unwrap_or(before.jurisdiction)).await?)
        }
        _ => Ok(None),
    }
}

async fn is_there(before: &DisputeFields, tx: &Tx, who: &Authority, command: &Command) -> Result<bool, Problem> {
    match command {
        Command::AddParty(AddedParty { party: NewParty { organization_id: Some(id), .. }, .. })
        | Command::CorrectParty(PartyCorrection { organization_id: Some(Some(id)), .. }) => {
            Ok(organizations::nameable_of(tx.connection(), who, &[*id], before.jurisdiction).await?.len() == 1)
        }
        Command::Transfer(Transfer { jurisdiction: Some(code), .. }) => jurisdictions::is_active(tx, *code).await,
        Command::Invite(body) => guests::can_be_invited(tx, before, body).await,
        _ => Ok(false),
    }
}

async fn guest(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Option<Guest>, Problem> {
    match command {
        Command::Invite(body) | Command::Uninvite(body) => match guests::guest_of(body) {
            Ok((_, guest)) => store::parties::guest(tx, before.id, &guest).await,
            // The decision tells what is wrong with it.
            Err(_) => Ok(None),
        },
        _ => Ok(None),
    }
}

async fn successor(before: &DisputeFields, tx: &Tx, command: &Command) -> Result<Option<JurisdictionCode>, Problem> {
    match command {
        Command::Reopen(_) => jurisdictions::successor(tx, before.jurisdiction).await,
        // It goes back where it came from, or where the open work of that place went.
        Command::Return(_) => match before.progress.get()?.hold.as_ref() {
            Some(hold) => jurisdictions::successor(tx, hold.jurisdiction).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}
