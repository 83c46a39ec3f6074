//! How far a caller reaches.

use super::actor::Grant;
use super::code::JurisdictionCode;
use super::permissions::{AccessLevel, Action, Resource, access_level};

/// What a caller reaches: subtrees, own records, or everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessArea {
    pub(super) everywhere: bool,
    pub(super) own: bool,
    pub(super) involved: bool,
    /// Where the caller reaches what was given to them.
    pub(super) assigned: Vec<JurisdictionCode>,
    pub(super) subtrees: Vec<JurisdictionCode>,
}

impl AccessArea {
    /// What grants reach with an action on a resource; `None` when nothing at all.
    pub fn of<'a>(grants: impl IntoIterator<Item = &'a Grant>, action: Action, resource: Resource) -> Option<Self> {
        let mut area = Self::default();
        for grant in grants {
            match access_level(grant.role, action, resource) {
                AccessLevel::Nothing => {}
                AccessLevel::Own => area.own = true,
                AccessLevel::Assigned => area.assigned.push(grant.jurisdiction),
                AccessLevel::Involved => area.involved = true,
                AccessLevel::Subtree => area.add(grant.jurisdiction),
                AccessLevel::Everywhere => area.everywhere = true,
            }
        }
        (area != Self::default()).then_some(area)
    }

    fn add(&mut self, code: JurisdictionCode) {
        if !self.subtrees.iter().any(|known| known.contains(&code)) {
            self.subtrees.retain(|known| !code.contains(known));
            self.subtrees.push(code);
        }
    }

    /// True when a record in this jurisdiction lies in a subtree of the area.
    pub fn covers(&self, code: &JurisdictionCode) -> bool {
        self.everywhere || self.subtrees.iter().any(|tree| tree.contains(code))
    }

    /// The part of the area within a jurisdiction; the caller's own records, those of their organization and those
    /// given to them stay.
    pub fn narrowed(&self, within: &JurisdictionCode) -> Self {
        let mut narrowed = Self { everywhere: false, subtrees: Vec::new(), ..self.clone() };
        if self.covers(within) {
            narrowed.subtrees.push(*within);
        } else {
            narrowed.subtrees = self.subtrees.iter().filter(|tree| within.contains(tree)).copied().collect();
        }
        narrowed
    }

    /// The same for each of its subtrees alone, where there are some and not more than `most`; else as it is.
    pub fn by_subtree(&self, most: usize) -> Vec<Self> {
        if (1..=most).contains(&self.subtrees.len()) {
            self.subtrees.iter().map(|tree| Self { subtrees: vec![*tree], ..self.clone() }).collect()
        } else {
            vec![self.clone()]
        }
    }

    pub fn subtrees(&self) -> &[JurisdictionCode] {
        &self.subtrees
    }

    /// True where a list shows the caller's own records: beside those of a jurisdiction they would keep its index from
    /// being read in order.
    pub fn lists_own(&self) -> bool {
        self.subtrees.is_empty()
    }

    /// True for a caller who also reaches what is their own, or their organization's.
    pub fn lists_own_too(&self) -> bool {
        self.own || self.involved
    }

    /// What lies above the subtrees: from there things are published to those below.
    pub fn above(&self) -> Vec<JurisdictionCode> {
        self.subtrees.iter().flat_map(|tree| tree.sources().into_iter().skip(1)).collect()
    }
}
