//! The training of those who are responsible: courses, sessions, attendance and certificates.

pub mod certificates;
pub mod learner_merges;
pub mod learners;
pub mod training_enrollments;
pub mod training_sessions;
pub mod trainings;
