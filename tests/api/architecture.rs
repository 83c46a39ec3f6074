//! The house keeps its shape: imports point one way, tables are named in one place, files stay small.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sihe::access::permissions::Resource;
use sihe::changes::kinds::RecordType;
use sihe::resources::SLICES;

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

fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap()
}

/// The modules of this crate that a file names, such as `resources::disputes::model`.
fn imports(text: &str) -> Vec<&str> {
    let code = without_tests(text);
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

/// The folders of slices, such as `disputes` or `mediation::agreements`.
fn slices() -> Vec<String> {
    let files = sources().into_iter().filter(|(_, text)| text.contains("pub const SLICE: Slice"));
    let folders =
        files.map(|(path, _)| relative(&path).trim_start_matches("resources/").trim_end_matches("/mod").replace('/', "::"));
    folders.collect()
}

#[test]
fn slices_form_no_circle() {
    let slices = slices();
    let slice_of = |module: &str| slices.iter().find(|slice| format!("{module}::").starts_with(&format!("{slice}::")));
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let file = relative(&path).replace('/', "::");
        let Some(own) = file.strip_prefix("resources::").and_then(slice_of) else { continue };
        for import in imports(&text) {
            let Some(module) = import.strip_prefix("resources::") else { continue };
            let slice = slice_of(module).unwrap_or_else(|| panic!("{file} imports {module}, which is no slice"));
            if slice != own {
                edges.entry(own.clone()).or_default().push(slice.to_owned());
            }
        }
    }
    assert!(edges.len() > 10, "slices use one another: {edges:?}");
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

/// The tables of what surrounds the slices.
const TABLES_OF_WRITES: [&str; 5] = ["audit_entries", "changes", "database_identity", "idempotency_keys", "job_failures"];

/// Every table with the folder whose stores may name it, as the slices say themselves.
fn homes() -> BTreeMap<String, String> {
    let mut homes: BTreeMap<_, _> = TABLES_OF_WRITES.iter().map(|table| ((*table).to_owned(), "changes/".to_owned())).collect();
    for (path, text) in sources() {
        let file = relative(&path);
        let Some(folder) = file.strip_suffix("mod").filter(|folder| folder.starts_with("resources/")) else { continue };
        let Some((_, rest)) = text.split_once("tables: &[") else { continue };
        let listed = rest.split(']').next().unwrap();
        for table in listed.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()) {
            let other = homes.insert(table.to_owned(), folder.to_owned());
            assert_eq!(other, None, "{table} has two homes");
        }
    }
    homes
}

/// What a file takes from the schema, such as `disputes`, or `disputes` under another name.
fn from_schema(code: &str) -> Vec<&str> {
    let word = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let after = code.match_indices("schema::").map(|(at, _)| &code[at + "schema::".len()..]);
    let listed = |rest: &'_ str| match rest.strip_prefix('{') {
        Some(_) => rest[1..rest.find('}').unwrap()].len() + 1,
        None => word(rest),
    };
    let names = after.flat_map(|rest| rest[..listed(rest)].trim_start_matches('{').split(','));
    names.map(|name| name.trim()).map(|name| &name[..word(name)]).filter(|name| !name.is_empty()).collect()
}

/// The tables that SQL names.
fn in_sql(code: &str) -> Vec<&str> {
    let keywords = ["FROM ", "INTO ", "UPDATE ", "JOIN "];
    let after = keywords.iter().flat_map(|word| code.match_indices(word).map(|(at, _)| &code[at + word.len()..]));
    after.map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap()).collect()
}

#[test]
fn a_table_is_named_only_where_it_lives() {
    let homes = homes();
    let schema = include_str!("../../src/db/schema.rs");
    let tables = schema.split("diesel::table! {").skip(1).map(|text| text.trim_start().split(' ').next().unwrap());
    let homeless: Vec<_> = tables.filter(|table| !homes.contains_key(*table)).collect();
    assert!(homeless.is_empty(), "no slice owns {homeless:?}");
    let faults: Vec<_> = sources().iter().flat_map(|(path, text)| strangers(&homes, &relative(path), text)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The tables that a file names though they live elsewhere.
fn strangers(homes: &BTreeMap<String, String>, file: &str, text: &str) -> Vec<String> {
    let code = without_tests(text);
    // What surrounds the slices has no stores. A type names the tables whose rows it holds.
    let is_store = file.starts_with("changes/") || file.split('/').any(|part| part == "store");
    let holds = |table: &str| code.contains(&format!("diesel(table_name = {table}"));
    let mine = |table: &str, home: &str| file.starts_with(home) && (is_store || holds(table));
    let named = from_schema(code).into_iter().chain(in_sql(code));
    let strange = named.filter(|table| homes.get(*table).is_some_and(|home| !mine(table, home)));
    strange.map(|table| format!("{file} names the table {table}")).collect()
}

#[test]
fn a_table_that_is_named_elsewhere_is_noticed_however_it_is_written() {
    let homes = homes();
    for code in [
        "use crate::db::schema::mediations;",
        "use crate::db::schema::mediations::dsl as cases;",
        "use crate::db::schema::{disputes, mediations};",
        "use crate::db::schema::{\n    mediations as cases,\n    disputes,\n};",
        "let found = crate::db::schema::mediations::table;",
        "let sql = \"SELECT id FROM mediations\";",
        "let sql = \"UPDATE mediations SET status = 'failed'\";",
    ] {
        let noticed = strangers(&homes, "resources/disputes/store", code);
        assert_eq!(noticed, ["resources/disputes/store names the table mediations"], "{code}");
        assert_eq!(
            strangers(&homes, "resources/mediation/mediations/rules", code).first().map(|fault| fault.contains("mediations")),
            Some(true)
        );
    }
    assert!(strangers(&homes, "resources/mediation/mediations/store", "use crate::db::schema::mediations;").is_empty());
}

#[test]
fn every_resource_and_every_kind_of_record_belongs_to_one_slice() {
    let resources: Vec<_> = SLICES.iter().filter_map(|slice| slice.resource).collect();
    for resource in Resource::ALL {
        assert_eq!(resources.iter().filter(|known| *known == resource).count(), 1, "{}", resource.as_str());
    }
    let records: Vec<_> = SLICES.iter().filter_map(|slice| slice.record).collect();
    for record in RecordType::ALL {
        assert_eq!(records.iter().filter(|known| *known == record).count(), 1, "{}", record.as_str());
    }
    let tables: usize = SLICES.iter().map(|slice| slice.tables.len()).sum();
    assert_eq!(tables + TABLES_OF_WRITES.len(), homes().len(), "the slices say what their sources say");
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

/// Whoever is refused because a time is taken is told which member says so.
#[test]
fn every_period_that_is_kept_free_is_spoken_of() {
    let structure = include_str!("../structure.sql");
    let kept = structure.lines().filter(|line| line.contains(" EXCLUDE USING "));
    let names: Vec<_> = kept.map(|line| line.split("ADD CONSTRAINT ").nth(1).unwrap().split(' ').next().unwrap()).collect();
    assert!(names.len() >= 7);
    for name in names {
        let quoted = format!("\"{name}\"");
        assert!(sources().values().any(|text| text.contains(&quoted)), "nothing is said of {name}");
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
