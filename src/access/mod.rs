//! Who may do what, and where: tokens become actors, the permissions decide, and a `Scope` proves it.

pub mod actor;
pub mod area;
pub mod authority;
pub mod code;
pub mod condition;
pub mod inheritance;
pub mod issuer;
pub mod keys;
pub mod permissions;
pub mod privacy;
mod protected_names;
pub mod protected_parts;
pub mod resource;
pub mod revocation;
pub mod scope;
#[cfg(test)]
pub mod testing;
pub mod token;
pub mod typed_code;
