//! What a slice says of itself, once: router, document, scheduler, feed and division changes are made from it.

use super::jobs::Job;
use super::kinds::RecordType;
use super::relocation::Relocation;
use crate::access::permissions::Resource;
use crate::http::operation::{Operation, Section};

/// One noun of the API.
pub struct Slice {
    /// What the permissions call it; none for what surrounds the API.
    pub resource: Option<Resource>,
    /// What the feed tells of it.
    pub record: Option<RecordType>,
    /// What people call one of its records.
    pub noun: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// The tables that only its own store names.
    pub tables: &'static [&'static str],
    pub operations: fn() -> Vec<Operation>,
    /// What the service does with it by itself.
    pub jobs: &'static [Job],
    /// What becomes of its records when their jurisdiction is revoked.
    pub relocation: Relocation,
}

/// Slices that people look for together.
pub struct Area {
    pub name: &'static str,
    pub slices: &'static [&'static Slice],
}

/// All slices, for what is made from them.
#[derive(Clone, Copy)]
pub struct Slices(pub &'static [Area]);

impl Slices {
    pub fn iter(self) -> impl Iterator<Item = &'static Slice> + Clone {
        self.0.iter().flat_map(|area| area.slices.iter().copied())
    }

    /// Every operation of the API.
    pub fn operations(self) -> Vec<Operation> {
        let sections = self.0.iter().flat_map(|area| area.slices.iter().map(|slice| (area.name, slice)));
        let operations = sections.flat_map(|(area, slice)| {
            let operations = (slice.operations)();
            let noun = |operation: &'_ Operation| operation.path.strip_prefix("/v1/")?.split('/').next().map(str::to_owned);
            let tag = operations.iter().find_map(noun).unwrap_or(area.to_owned());
            let section = Section { area, tag, noun: slice.noun, about: slice.about };
            operations.into_iter().map(move |operation| operation.within(section.clone()))
        });
        operations.collect()
    }
}
