//! A dispute while something is done to it: who handles it, which clocks run, and what the service does next.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use super::deadline::{Card, Deadline, DeadlineKind, DeadlineStep};
use super::details::{ApprovalKind, ApprovalRequest, CaseDetails, Hold, HoldKind, RoutingTrace, Satisfaction};
use super::effective_rules::EffectiveRules;
use super::model::DisputeFields;
use super::routing::ResponsibilityLookup;
use super::states::Status;
use crate::access::authority::Authority;
use crate::access::code::{JurisdictionCode, Level};
use crate::access::permissions::Action;
use crate::calendar::term::last_calendar_day;
use crate::calendar::{civil_date, midnight};
use crate::db::document::Document;
use crate::http::problem::Problem;
use crate::resources::reference::rules::names::RuleName;

/// So many ended clocks are kept.
const MOST_CLOCKS: usize = 100;
/// So often it is kept how the responsible organization was found.
const MOST_ROUTES: usize = 50;

/// What the service does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimedStep {
    Clock(DeadlineKind, DeadlineStep),
    /// A suspension is over.
    Resume,
    /// Nobody has said anything since it was resolved.
    Close,
}

/// True while something is still to be done in this state.
fn is_needed(kind: DeadlineKind, status: Status, contacted: bool) -> bool {
    use Status::{Accepted, Assigned, InCouncil, InHandling, InMediation, Merged, Submitted, Suspended, Transferred};
    match kind {
        DeadlineKind::Accept => matches!(status, Submitted | Transferred | Merged),
        DeadlineKind::FirstContact if contacted => false,
        DeadlineKind::FirstContact | DeadlineKind::Resolve => {
            matches!(status, Accepted | Assigned | InHandling | InMediation | InCouncil | Transferred | Suspended | Merged)
        }
    }
}

/// A dispute while something is done to it.
pub struct DisputeTransition {
    /// The status that it had.
    pub previous_status: Status,
    /// The organization that was responsible.
    pub previous_organization: Option<Uuid>,
    pub fields: DisputeFields,
    pub progress: CaseDetails,
    pub rules: Arc<EffectiveRules>,
}

/// Who did one of these has a part in the case, and does not decide what is reserved to the level above.
const HANDLING: [Action; 10] = [
    Action::Accept,
    Action::Assign,
    Action::Start,
    Action::Contact,
    Action::Resolve,
    Action::Transfer,
    Action::Escalate,
    Action::RequestApproval,
    Action::AddParts,
    Action::Merge,
];

impl DisputeTransition {
    pub fn of(fields: &DisputeFields, rules: &Arc<EffectiveRules>) -> Result<Self, Problem> {
        Ok(Self {
            previous_status: fields.status,
            previous_organization: fields.organization_id,
            fields: fields.clone(),
            progress: fields.progress.get()?.clone(),
            rules: rules.clone(),
        })
    }

    /// An action leads to a state, and whoever takes it has a hand in the case.
    pub fn take_step(&mut self, status: Status, who: &Authority) {
        self.fields.status = status;
        if HANDLING.contains(&who.action) {
            self.fields.taken_steps.add(who.action, who);
        }
    }

    /// The record as it is to be stored.
    pub fn into_fields(mut self, now: DateTime<Utc>) -> Result<DisputeFields, Problem> {
        self.recompute(now);
        if self.fields.organization_id != self.previous_organization {
            self.progress.asked_at = Some(now);
        }
        self.fields.progress = Document::of(&self.progress)?;
        Ok(self.fields)
    }

    /// True when nothing of what it was has changed.
    pub fn is_as_before(&self, before: &DisputeFields) -> Result<bool, Problem> {
        Ok(self.fields == *before && self.progress == *before.progress.get()?)
    }

    /// Searches anew who is responsible, from a level upward; as for a new dispute when none is given. How it was found
    /// before is kept.
    pub fn route(&mut self, holders: &ResponsibilityLookup, from: Option<Level>) {
        let first = self.rules.category.as_ref().map(|category| category.first_level);
        let (level, organization, route) = match from {
            Some(level) => holders.route(level),
            None => holders.route_new(first.unwrap_or(Level::Community)),
        };
        (self.fields.level, self.fields.organization_id) = (level, organization);
        self.found_by(route);
    }

    /// Keeps how it was found who is responsible, beside how it was found before.
    pub fn found_by(&mut self, route: RoutingTrace) {
        let before = self.progress.route.replace(route);
        self.progress.earlier_routes.extend(before);
        let surplus = self.progress.earlier_routes.len().saturating_sub(MOST_ROUTES);
        self.progress.earlier_routes.drain(..surplus);
    }

    /// Hands the dispute to the next level above whose post is held; false at the top.
    pub fn escalate(&mut self, holders: &ResponsibilityLookup, now: DateTime<Utc>) -> bool {
        let Some(above) = self.handler().parent() else { return false };
        self.route(holders, Some(above.level()));
        // What the applicant has asked is answered still, by whoever is above now.
        if self.fields.withdrawal_waits("").is_none() {
            self.clear_approval();
        }
        self.readdress_approval();
        if matches!(self.fields.status, Status::Assigned | Status::InHandling) {
            self.fields.status = Status::Accepted;
        }
        // Whoever worked on it did so for the level below.
        self.fields.assignee = None;
        self.replace_missed(now);
        true
    }

    /// Who handles the dispute.
    pub fn handler(&self) -> JurisdictionCode {
        let place = self.fields.jurisdiction;
        place.path().into_iter().find(|code| code.level() <= self.fields.level).unwrap_or(place)
    }

    /// Nothing waits for the level above any more; true when something did.
    pub fn clear_approval(&mut self) -> bool {
        self.fields.approver = None;
        self.progress.approval.take().is_some()
    }

    /// What waits is decided above whoever handles the dispute now.
    pub fn readdress_approval(&mut self) {
        let handler = self.handler();
        self.fields.approver = self.progress.approval.as_ref().map(|_| handler.parent().unwrap_or(handler));
    }

    /// Asks the level above for something; the city decides by itself.
    pub fn request(&mut self, kind: ApprovalKind, reason: String, who: &Authority) {
        self.progress.approval = Some(ApprovalRequest { kind, reason, requested_at: who.now });
        self.readdress_approval();
        self.fields.taken_steps.add(Action::RequestApproval, who);
    }

    /// Leaves the answer to a dissatisfied applicant to the level above; no silence closes it meanwhile.
    pub fn complain(&mut self, reason: String, now: DateTime<Utc>) {
        self.progress.approval = Some(ApprovalRequest { kind: ApprovalKind::AnswerComplaint, reason, requested_at: now });
        self.readdress_approval();
        self.progress.closes_on = None;
    }

    /// True where an applicant who complained about a result or a rejection had not been answered.
    pub fn complaint_waited(&self) -> bool {
        matches!(self.previous_status, Status::Resolved | Status::Rejected) && self.fields.approver.is_some()
    }

    /// The applicant is content after all: silence counts from now on.
    pub fn settle_complaint(&mut self, who: &Authority) {
        if self.complaint_waited() {
            self.clear_approval();
            self.await_silence(who.today());
        }
    }

    /// After some days of silence it closes.
    fn await_silence(&mut self, today: NaiveDate) {
        let last = last_calendar_day(today, self.rules.days(RuleName::DisputeSilenceDays));
        self.progress.closes_on = last.checked_add_days(Days::new(1));
    }

    /// For some days it can be reopened.
    pub fn allow_reopening(&mut self, today: NaiveDate) {
        self.progress.reopens_until = Some(last_calendar_day(today, self.rules.days(RuleName::DisputeReopenDays)));
    }

    /// What was asked of the level above was granted; something else goes on waiting.
    pub fn grant(&mut self, kind: ApprovalKind) {
        if self.progress.approval.as_ref().is_some_and(|asked| asked.kind == kind) {
            self.clear_approval();
        }
    }

    /// Remembers what the dispute was, and puts it on hold.
    pub fn hold(&mut self, kind: HoldKind, until_on: Option<NaiveDate>, now: DateTime<Utc>) {
        self.progress.hold = Some(Hold {
            kind,
            status: self.previous_status,
            level: self.fields.level,
            jurisdiction: self.fields.jurisdiction,
            organization_id: self.fields.organization_id,
            estate_id: self.fields.estate_id,
            route: self.progress.route.clone(),
            since: now,
            until_on,
        });
    }

    /// Takes the dispute up again where it was put on hold.
    pub fn resume(&mut self, now: DateTime<Utc>) {
        if let Some(hold) = self.progress.hold.take() {
            self.fields.status = hold.status;
            if hold.kind == HoldKind::Suspended {
                self.progress.suspended_days += (civil_date(now) - civil_date(hold.since)).num_days();
            }
        }
    }

    /// What was resolved is handled again, from now on.
    pub fn take_up_again(&mut self, now: DateTime<Utc>) {
        (self.progress.closes_on, self.progress.resolved_at) = (None, None);
        (self.progress.satisfaction, self.progress.rated_by_applicant) = (None, false);
        (self.progress.suspended_days, self.progress.council_until) = (0, None);
        self.progress.asked_at = Some(now);
        self.start(DeadlineKind::Resolve, now);
    }

    /// The dispute lies in another jurisdiction from now on, the successor of its own.
    pub fn move_to(&mut self, successor: JurisdictionCode) {
        self.fields.jurisdiction = successor;
        self.fields.level = self.fields.level.min(successor.level());
        if self.fields.approver.is_some() {
            let handler = self.handler();
            self.fields.approver = Some(handler.parent().unwrap_or(handler));
        }
    }

    /// What came from another community no longer belongs to a registered estate of that one.
    pub fn leave_estate(&mut self, came_from: JurisdictionCode) {
        if self.fields.jurisdiction.at(Level::Community) != came_from.at(Level::Community) {
            self.fields.estate_id = None;
        }
    }

    /// Records the result. After some days of silence the dispute closes; for some days it can be reopened.
    pub fn resolve(&mut self, resolution: String, who: &Authority) {
        self.await_silence(who.today());
        self.allow_reopening(who.today());
        self.progress.resolved_at = Some(who.now);
        self.fields.taken_steps.add(Action::Resolve, who);
        (self.fields.status, self.fields.resolution) = (Status::Resolved, Some(resolution));
    }
}

impl DisputeTransition {
    /// True for what is asked while it can be: a complaint is about a result, a review about a rejection, and everything else
    /// is asked before there is either.
    fn is_asked_in_time(&self) -> bool {
        let status = self.fields.status;
        match self.progress.approval.as_ref().map(|asked| asked.kind) {
            Some(ApprovalKind::AnswerComplaint) => status == Status::Resolved,
            Some(ApprovalKind::ReviewRejection) => status == Status::Rejected,
            Some(_) => !status.is_over() && status != Status::Resolved,
            None => false,
        }
    }

    /// Brings everything that follows from the state up to date: which clocks run, when they are due, what comes next.
    pub fn recompute(&mut self, now: DateTime<Utc>) {
        let (status, contacted) = (self.fields.status, self.progress.contacted_at.is_some());
        if !matches!(status, Status::Suspended | Status::Transferred | Status::Merged) {
            self.progress.hold = None;
        }
        if !self.is_asked_in_time() {
            self.clear_approval();
        }
        // What was said before complaints were answered.
        let dissatisfied = self.progress.satisfaction == Some(Satisfaction::Dissatisfied);
        if status == Status::Resolved && dissatisfied && self.progress.approval.is_none() {
            self.complain(String::new(), now);
        }
        if status != Status::InCouncil {
            self.progress.council = None;
        }
        if status != Status::InMediation {
            self.progress.mediation_until = None;
        }
        let stands_still = matches!(status, Status::Suspended | Status::Merged);
        let until = if status == Status::InCouncil { self.progress.council_until } else { self.progress.mediation_until };
        let today = civil_date(now);
        for clock in self.progress.clocks.iter_mut().filter(|clock| clock.is_running()) {
            if is_needed(clock.kind, status, contacted) {
                match until.filter(|_| clock.kind == DeadlineKind::Resolve) {
                    _ if stands_still => clock.pause(today),
                    // A mediation has a term of its own, and a council some days, after which this one goes on.
                    Some(until) if until >= today => clock.pause_until(today, until.succ_opt().unwrap_or(until)),
                    Some(_) => {}
                    None => clock.resume(today),
                }
                clock.recompute_due_date(&self.rules.calendar);
            } else {
                clock.ended_at = Some(now);
            }
        }
        let worst = self.progress.clocks.iter().map(|clock| clock.card).max().unwrap_or(Card::None);
        self.fields.card = self.fields.card.max(worst);
        let surplus = self.progress.clocks.len().saturating_sub(MOST_CLOCKS);
        self.progress.clocks.drain(..surplus);
        self.fields.due_at = self.running().filter_map(Deadline::due_at).min();
        self.fields.next_step_at = self.next_step().map(|(at, _)| at);
    }

    /// What the service does next by itself, and when.
    pub fn next_step(&self) -> Option<(DateTime<Utc>, TimedStep)> {
        let hold = self.progress.hold.as_ref().filter(|hold| hold.kind == HoldKind::Suspended);
        match self.fields.status {
            Status::Suspended => Some((midnight(hold?.until_on?), TimedStep::Resume)),
            Status::Resolved => Some((midnight(self.progress.closes_on?), TimedStep::Close)),
            _ => {
                let of = |clock: &Deadline| {
                    let (at, step) = clock.next_step(self.fields.level, &self.rules.calendar)?;
                    Some((at, TimedStep::Clock(clock.kind, step)))
                };
                self.running().filter_map(of).min_by_key(|(at, _)| *at)
            }
        }
    }
}
