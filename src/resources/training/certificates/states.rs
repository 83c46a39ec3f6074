//! What a certificate is worth on a day, and what can be done with it.

use chrono::NaiveDate;

use super::model::{CertificateFields, CertificateStage, CertificateStatus};
use crate::access::authority::Authority;
use crate::access::code::Level;
use crate::access::permissions::Action;
use crate::changes::lifecycle::{Lifecycle, Step};

impl CertificateFields {
    /// It is worth nothing any more, since its holder has another one for the same session.
    pub fn give_up(&mut self, day: NaiveDate) {
        self.stage = CertificateStage::Revoked;
        (self.revoked_on, self.reason) = (Some(day), Some("同一人重复登记，合并时保留另一份证书".into()));
    }

    /// What it is worth on a day.
    pub fn status_on(&self, day: NaiveDate) -> CertificateStatus {
        match self.stage {
            CertificateStage::Renewed => CertificateStatus::Renewed,
            CertificateStage::Revoked => CertificateStatus::Revoked,
            CertificateStage::Issued if self.expires_on.is_some_and(|last| last < day) => CertificateStatus::Expired,
            CertificateStage::Issued => CertificateStatus::Valid,
        }
    }
}

impl Lifecycle for CertificateFields {
    type Status = CertificateStage;
    const ACTIONS: &'static [Step<CertificateStage>] = {
        use CertificateStage::*;
        &[(Action::Revoke, &[Issued, Renewed], Some(Revoked)), (Action::Renew, &[Issued], None)]
    };

    fn status(&self) -> CertificateStage {
        self.stage
    }

    fn set_status(&mut self, stage: Self::Status) {
        self.stage = stage;
    }

    fn is_owned_by(&self, who: &Authority) -> bool {
        self.subject.as_deref() == Some(who.actor.caller.as_str())
    }

    fn allows(&self, action: Action, _: Option<Level>) -> bool {
        // What holds for good needs no renewal, and one at a time is enough.
        action != Action::Renew || self.expires_on.is_some() && self.renewal_id.is_none()
    }
}
