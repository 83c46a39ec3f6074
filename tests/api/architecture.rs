//! The house keeps its shape: imports point one way, tables are named in one place, files stay small.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From the top down; each may import only what stands below it.
const LAYERS: [&str; 12] =
    ["main", "command", "logging", "serve", "seed", "app", "resources", "changes", "access", "calendar", "db", "http"];
/// Read by everybody at the top, imports only from below.
const SETTINGS: &str = "config";

fn sources() -> BTreeMap<PathBuf, String> {
    fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap()
        .to_str()
        .unwrap()
        .trim_end_matches(".rs")
        .to_owned()
}

/// The modules of this crate that a file names, such as `resources::disputes::model`.
fn imports(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let starts = code.match_indices("crate::").map(|(at, _)| &code[at + "crate::".len()..]);
    starts.map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next().unwrap()).collect()
}

#[test]
fn imports_point_one_way() {
    let rank = |module: &str| LAYERS.iter().position(|layer| *layer == module);
    let mut faults = Vec::new();
    for (path, text) in sources() {
        let file = relative(&path);
        let own = file.split('/').next().unwrap().to_owned();
        if own == "lib" {
            continue;
        }
        let own_rank = if own == SETTINGS { rank("resources") } else { rank(&own) };
        let own_rank = own_rank.unwrap_or_else(|| panic!("{own} is no known layer"));
        for import in imports(&text) {
            let target = import.split("::").next().unwrap();
            let allowed = target == own
                || target == SETTINGS && own_rank < rank("resources").unwrap()
                || rank(target).is_some_and(|r| r > own_rank);
            if !allowed {
                faults.push(format!("{file} imports {import}"));
            }
        }
    }
    // The mechanism tells how data is reached: problems and codes stand below the database.
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn slices_form_no_circle_and_share_only_models_stores_and_rules() {
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let file = relative(&path);
        let Some(own) = file.strip_prefix("resources/").and_then(|f| f.split_once('/')).map(|(slice, _)| slice.to_owned()) else {
            continue;
        };
        for import in imports(&text) {
            let Some(rest) = import.strip_prefix("resources::") else { continue };
            let (slice, part) = rest.split_once("::").unwrap_or((rest, ""));
            if slice != own {
                assert!(
                    ["model", "store", "rules", "states"].iter().any(|shared| part.starts_with(shared)),
                    "{file} imports {import}"
                );
                edges.entry(own.clone()).or_default().push(slice.to_owned());
            }
        }
    }
    for slice in edges.keys() {
        let mut reached = Vec::new();
        let mut open = edges[slice].clone();
        while let Some(next) = open.pop() {
            assert_ne!(&next, slice, "{slice} imports itself through {reached:?}");
            if !reached.contains(&next) {
                open.extend(edges.get(&next).cloned().unwrap_or_default());
                reached.push(next);
            }
        }
    }
}

#[test]
fn a_table_is_named_only_where_it_lives() {
    let homes = [
        ("audit_entries", "changes/"),
        ("changes", "changes/"),
        ("idempotency_keys", "changes/"),
        ("disputes", "resources/disputes/"),
        ("dispute_parties", "resources/disputes/"),
        ("dispute_events", "resources/disputes/"),
        ("dispute_guests", "resources/disputes/"),
        ("dispute_categories", "resources/dispute_categories/"),
        ("mediators", "resources/mediators/"),
        ("mediations", "resources/mediations/"),
        ("mediation_sessions", "resources/mediation_sessions/"),
        ("caucus_notes", "resources/mediation_sessions/"),
        ("agreements", "resources/agreements/"),
        ("calendar_years", "resources/calendars/"),
        ("jurisdictions", "resources/jurisdictions/"),
        ("rules", "resources/rules/"),
        ("rule_names", "resources/rules/"),
        ("organizations", "resources/organizations/"),
        ("organization_staff", "resources/organizations/"),
        ("estates", "resources/estates/"),
        ("property_contracts", "resources/property_contracts/"),
        ("owners_committees", "resources/owners_committees/"),
        ("owners_committee_members", "resources/owners_committees/"),
        ("owners_committee_handover", "resources/owners_committees/"),
        ("grid_units", "resources/grid_units/"),
        ("grid_unit_periods", "resources/grid_units/"),
        ("grid_enrollments", "resources/grid_enrollments/"),
        ("responsibilities", "resources/responsibilities/"),
        ("division_changes", "resources/division_changes/"),
        ("policies", "resources/policies/"),
        ("learners", "resources/learners/"),
        ("trainings", "resources/trainings/"),
        ("training_sessions", "resources/training_sessions/"),
        ("training_enrollments", "resources/training_enrollments/"),
        ("certificates", "resources/certificates/"),
    ];
    for (path, text) in sources() {
        let file = relative(&path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (table, home) in homes {
            let whole = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let named = code.match_indices(&format!("{table}::table")).any(|(at, _)| whole(at))
                || code.contains(&format!("FROM {table}"))
                || code.contains(&format!("INTO {table}"));
            let at_home = file.starts_with(home) && (home == "changes/" || file.rsplit('/').next().unwrap().starts_with("store"));
            assert!(!named || at_home || file == "db/schema", "{file} names the table {table}");
        }
    }
}

#[test]
fn writing_goes_through_one_door() {
    for (path, text) in sources() {
        let file = relative(&path);
        let opens = text.contains("BEGIN READ WRITE") || text.contains("READ WRITE\"");
        assert!(!opens || file == "changes/write", "{file} opens a transaction that may write");
        assert!(file.starts_with("changes/") || !text.contains("Tx::begin"), "{file} begins a transaction by itself");
    }
}

#[test]
fn files_stay_small_and_finished() {
    let mut lengths = Vec::new();
    for (path, text) in sources() {
        let (file, lines) = (relative(&path), text.lines().count());
        if file != "db/schema" {
            assert!(lines <= 400, "{file} has {lines} lines");
            lengths.push(lines);
        }
        for left in ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX"] {
            assert!(!text.contains(left), "{file} holds {left}");
        }
    }
    lengths.sort();
    assert!(lengths[lengths.len() / 2] <= 120, "the median file has {} lines", lengths[lengths.len() / 2]);
    assert!(lengths[lengths.len() * 9 / 10] <= 250, "the 90th percentile has {} lines", lengths[lengths.len() * 9 / 10]);
}
