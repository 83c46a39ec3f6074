//! What must be known to decide on a command.

use chrono::{Datelike, NaiveDate};
use futures_util::try_join;

use super::command::Command;
use super::inputs::MediatorChoice;
use super::model::MediationFields;
use crate::access::permissions::resource::Mediations;
use crate::access::scope::Authorized;
use crate::calendar::last_day_of;
use crate::calendar::working::WorkCalendar;
use crate::changes::write::Tx;
use crate::http::problem::Problem;
use crate::resources::disputes::decide::mediation::MediatedDispute;
use crate::resources::disputes::parties::Party;
use crate::resources::disputes::store as disputes;
use crate::resources::disputes::store::parties::Link;
use crate::resources::mediation::mediators::model::MediatorFields;
use crate::resources::mediation::mediators::store as mediators;
use crate::resources::reference::rules::model::EffectiveRule;
use crate::resources::reference::rules::names::RuleName;
use crate::resources::reference::rules::place::PlaceRules;
use crate::resources::reference::rules::store as rules;

/// What must be known to decide on a mediation; what a command does not need stays empty.
#[derive(Default)]
pub struct Facts {
    /// When the dispute was raised.
    pub reported_on: Option<NaiveDate>,
    /// The dispute, locked, where the command may change it.
    pub dispute: Option<MediatedDispute>,
    /// The rules of the place, and its working days.
    pub rules: Vec<EffectiveRule>,
    pub calendar: WorkCalendar,
    /// The mediators who can be chosen, or the one who was.
    pub mediators: Vec<MediatorFields>,
    /// Whether the mediator has this year's hours of training.
    pub trained: bool,
    /// The parties of the dispute, and how they are linked to sign-ins.
    pub parties: Vec<Party>,
    pub links: Vec<Link>,
    /// The positions of those parties that the caller or their organization is.
    pub own_positions: Vec<i16>,
}

impl MediationFields {
    /// What a command needs, but for who the caller is.
    pub async fn facts_of(&self, tx: &Tx, who: &Authorized<Mediations>, command: &Command) -> Result<Facts, Problem> {
        let connection = tx.connection();
        let (place, today) = (self.jurisdiction, who.today());
        let dispute = async || MediatedDispute::lock(tx, who, self.dispute_id).await.map(Some);
        Ok(match command {
            Command::RecordConsent(_) => Facts {
                reported_on: Some(disputes::reported_on(tx, self.dispute_id).await?),
                dispute: dispute().await?,
                ..Facts::default()
            },
            Command::GiveNotice(_) => {
                Facts { reported_on: Some(disputes::reported_on(tx, self.dispute_id).await?), ..Facts::default() }
            }
            Command::Select(choice) => Facts { dispute: dispute().await?, ..self.choice_facts(tx, choice, today).await? },
            Command::Extend(_) => {
                let rules = rules::in_force(connection, place, today).await?;
                Facts { dispute: dispute().await?, rules, ..Facts::default() }
            }
            Command::WithdrawConsent(_) | Command::Fail(_) | Command::Terminate(_) | Command::EndOrphaned => {
                Facts { dispute: dispute().await?, ..Facts::default() }
            }
            Command::FollowMediator => {
                let mediators = match self.mediator_id {
                    Some(id) => vec![mediators::known(tx, id).await?],
                    None => Vec::new(),
                };
                Facts { mediators, ..self.party_facts(tx).await? }
            }
            Command::Choose(_) => {
                let mediators = mediators::of_committee(tx, self.organization_id).await?;
                Facts { mediators, ..self.party_facts(tx).await? }
            }
            Command::Exclude(_)
            | Command::InviteHelper(_)
            | Command::DismissHelper(_)
            | Command::Offer(_)
            | Command::AnswerOffer(_)
            | Command::RunDueStep => Facts::default(),
        })
    }

    /// Who the parties are, among whom nobody mediates.
    async fn party_facts(&self, tx: &Tx) -> Result<Facts, Problem> {
        let (connection, dispute) = (tx.connection(), self.dispute_id);
        let ((parties, _), links) =
            try_join!(disputes::parts(connection, dispute), disputes::parties::links(connection, dispute))?;
        Ok(Facts { parties, links, ..Facts::default() })
    }

    /// Who can be chosen, and what a choice needs.
    async fn choice_facts(&self, tx: &Tx, choice: &MediatorChoice, today: NaiveDate) -> Result<Facts, Problem> {
        let (connection, place) = (tx.connection(), self.jurisdiction);
        let able = mediators::of_committee(tx, self.organization_id).await?;
        let (PlaceRules { rules, calendar }, required, hours) = try_join!(
            PlaceRules::at(connection, place, today),
            rules::in_force(connection, place, last_day_of(today.year())),
            mediators::hours(connection, choice.mediator_id)
        )?;
        let required = EffectiveRule::value_of(&required, RuleName::MediatorYearlyHours);
        let trained = i64::from(hours.of(today.year())) >= required;
        Ok(Facts { rules, calendar, mediators: able, trained, ..self.party_facts(tx).await? })
    }
}

impl Facts {
    /// The dispute, which is locked where the mediation may end.
    pub fn dispute(&self) -> Result<&MediatedDispute, Problem> {
        self.dispute.as_ref().ok_or_else(|| Problem::internal("nobody locked the dispute"))
    }
}
