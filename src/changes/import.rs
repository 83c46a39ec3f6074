//! Imports of spreadsheets: every line is carried out like a request of its own, all in one transaction.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::reply::{Reply, Unversioned};
use super::write::{Record, Tx, Written, write};
use crate::access::authority::Authority;
use crate::db::pool::Db;
use crate::db::text_enum::text_enum;
use crate::http::csv::{self, File, Sheet};
use crate::http::problem::{Language, Problem};
use crate::http::problem_body::ProblemError;

text_enum! {
    /// What happens when some lines are wrong.
    pub enum ImportMode {
        /// Nothing is stored.
        Atomic = "atomic",
        /// The right lines are stored.
        PerItem = "per_item",
    }
}

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// Only tell what would happen; nothing is stored.
    pub dry_run: Option<bool>,
    /// What happens when some lines are wrong; `atomic` when not given.
    #[param(inline)]
    pub mode: Option<ImportMode>,
}

/// What an import did.
#[derive(Serialize, ToSchema)]
pub struct ImportReport {
    /// False for a dry run, and when a wrong line kept the whole file out.
    pub stored: bool,
    /// How many lines the file has besides its header.
    pub lines: usize,
    pub created: usize,
    pub updated: usize,
    /// Lines that say what is known already.
    pub unchanged: usize,
    pub failed: usize,
    /// The first hundred lines that are wrong.
    #[schema(max_items = 100)]
    pub problems: Vec<LineProblem>,
    /// All lines that are wrong as a file of the same form, with what is wrong in a last column; null when none is.
    #[schema(max_length = 33_554_432, required)]
    pub error_file: Option<String>,
}

/// A line that is wrong.
#[derive(Serialize, ToSchema)]
pub struct LineProblem {
    /// Counted from 1, the header.
    pub line: usize,
    /// The kind of problem, stable and meant for programs.
    #[schema(max_length = 100)]
    pub code: &'static str,
    /// What to do about it, in the language of the answer.
    #[schema(max_length = 1000)]
    pub detail: &'static str,
    /// Every wrong cell; `pointer` names the column.
    #[schema(value_type = Vec<ProblemError>, max_items = 1000)]
    pub errors: Vec<Value>,
}

/// What a line did.
pub enum Imported {
    Created(Vec<Record>),
    Updated(Vec<Record>),
    Unchanged,
}

impl Imported {
    /// The same for another line of the same record, which is told of once.
    pub fn like(&self) -> Self {
        match self {
            Self::Created(_) => Self::Created(Vec::new()),
            Self::Updated(_) => Self::Updated(Vec::new()),
            Self::Unchanged => Self::Unchanged,
        }
    }
}

const MOST_PROBLEMS: usize = 100;

/// Imports the lines of a file. What a wrong line did is taken back; the others go on.
pub async fn import<T: DeserializeOwned + ToSchema + 'static>(
    db: &Db,
    authority: &Authority,
    params: ImportParams,
    file: &File,
    sheet: Sheet<T>,
    store: impl AsyncFn(&Tx, T) -> Result<Imported, Problem>,
) -> Result<Unversioned, Problem> {
    let reply = write(db, authority, &file.retry, async |tx| {
        let mut told = ImportReportBuilder::new(file.language, &sheet);
        for line in sheet.lines {
            let done = match line.value {
                Ok(value) => tx.attempt(async || store(tx, value).await).await,
                Err(errors) => Err(Problem::invalid(errors)),
            };
            match done {
                Ok(imported) => told.success(imported),
                Err(problem) if problem.kind.status >= 500 => return Err(problem),
                Err(problem) => told.failure(line.number, line.cells, &problem),
            }
        }
        told.change(&params)
    });
    reply.await.map(Unversioned)
}

/// Imports the lines of a file that are stored together, which tells of each what became of it. What is wrong is not stored.
pub async fn import_together<T: DeserializeOwned + ToSchema + 'static>(
    db: &Db,
    authority: &Authority,
    params: ImportParams,
    file: &File,
    sheet: Sheet<T>,
    store: impl AsyncFn(&Tx, Vec<T>) -> Result<Vec<Result<Imported, Problem>>, Problem>,
) -> Result<Unversioned, Problem> {
    let reply = write(db, authority, &file.retry, async |tx| {
        let mut told = ImportReportBuilder::new(file.language, &sheet);
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for line in sheet.lines {
            match line.value {
                Ok(value) => {
                    places.push((line.number, line.cells));
                    values.push(value);
                }
                Err(errors) => told.failure(line.number, line.cells, &Problem::invalid(errors)),
            }
        }
        for ((number, cells), outcome) in places.into_iter().zip(store(tx, values).await?) {
            match outcome {
                Ok(imported) => told.success(imported),
                Err(problem) => told.failure(number, cells, &problem),
            }
        }
        told.change(&params)
    });
    reply.await.map(Unversioned)
}

/// What is told of an import.
struct ImportReportBuilder {
    language: Language,
    header: Vec<String>,
    report: ImportReport,
    records: Vec<Record>,
    wrong: Vec<(Vec<String>, String)>,
}

impl ImportReportBuilder {
    fn new<T>(language: Language, sheet: &Sheet<T>) -> Self {
        let report = ImportReport {
            stored: false,
            lines: sheet.lines.len(),
            created: 0,
            updated: 0,
            unchanged: 0,
            failed: 0,
            problems: Vec::new(),
            error_file: None,
        };
        Self { language, header: sheet.header.clone(), report, records: Vec::new(), wrong: Vec::new() }
    }

    fn success(&mut self, imported: Imported) {
        match imported {
            Imported::Created(records) => {
                self.report.created += 1;
                self.records.extend(records);
            }
            Imported::Updated(records) => {
                self.report.updated += 1;
                self.records.extend(records);
            }
            Imported::Unchanged => self.report.unchanged += 1,
        }
    }

    fn failure(&mut self, line: usize, cells: Vec<String>, problem: &Problem) {
        let errors = problem.rendered_errors(self.language);
        let detail = problem.kind.detail.in_language(self.language);
        let each = errors.iter().map(|error| {
            let column = error["pointer"].as_str().unwrap_or_default().trim_start_matches("#/").to_owned();
            format!("{column}: {}", error["detail"].as_str().unwrap_or_default()).trim_start_matches(": ").to_owned()
        });
        let text = if errors.is_empty() { detail.to_owned() } else { each.collect::<Vec<_>>().join("; ") };
        self.report.failed += 1;
        self.wrong.push((cells, text));
        if self.report.problems.len() < MOST_PROBLEMS {
            self.report.problems.push(LineProblem { line, code: problem.kind.code, detail, errors });
        }
    }

    fn change(mut self, params: &ImportParams) -> Result<Written, Problem> {
        let all_or_nothing = params.mode != Some(ImportMode::PerItem);
        let stored = params.dry_run != Some(true) && !(all_or_nothing && self.report.failed > 0);
        self.report.stored = stored;
        if !self.wrong.is_empty() {
            self.report.error_file = Some(csv::write(&self.header, self.language, &self.wrong)?);
        }
        let reply = Reply::ok(1, &self.report)?;
        Ok(Written { records: self.records, reply, undo: !stored })
    }
}
