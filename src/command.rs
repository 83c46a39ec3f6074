//! The command line.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use uuid::Uuid;

use crate::access::actor::{Grant, Role, every_app_scope};
use crate::access::code::JurisdictionCode;
use crate::access::keys::SigningKey;
use crate::access::token::Claims;
use crate::app;
use crate::calendar::Clock;
use crate::changes::archive::{self, Month, Seal};
use crate::changes::identity;
use crate::config::{Settings, VARIABLES};
use crate::db::migrations::{self, Direction};
use crate::db::pool::{Db, DbOptions};
use crate::http::problem::Problem;
use crate::logging;
use crate::resources::deliberation::owner_votes::recount::{Held, recount};
use crate::resources::places::jurisdictions::import;
use crate::seed;
use crate::serve;

/// A JSON API for the "Party building + property" model of community governance.
#[derive(Parser)]
#[command(version, after_help = settings_help())]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    #[command(flatten)]
    OfService(OfService),
    #[command(flatten)]
    Alone(Alone),
}

/// What takes the settings of the service.
#[derive(Subcommand)]
enum OfService {
    /// Serve until SIGTERM.
    Serve,
    /// Bring the database to this program's structure.
    Migrate {
        /// Take every migration back instead; all data is lost.
        #[arg(long, requires = "yes_destroy_data")]
        down: bool,
        /// Says that `--down` is meant.
        #[arg(long)]
        yes_destroy_data: bool,
    },
    /// Import a file of divisions (code,level,name,parent_code), whole or not at all.
    ImportDivisions { file: PathBuf },
    /// Fill a demo city with the divisions of Qingdao and some disputes, once.
    Seed,
    /// Print an access token signed with the built-in key.
    Token {
        /// Such as district_officer.
        #[arg(long, value_parser = Role::parse)]
        role: Role,
        /// Such as 370202.
        #[arg(long)]
        jurisdiction: JurisdictionCode,
        /// Who the token is for; the role's name when not given.
        #[arg(long)]
        subject: Option<String>,
        /// The organization to which the subject belongs.
        #[arg(long)]
        organization: Option<Uuid>,
        /// What the app may do.
        #[arg(long, default_value = every_app_scope())]
        scope: String,
        /// How many hours it is valid.
        #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(i64).range(1..=24 * 366))]
        hours: i64,
    },
    /// Write a month of the audit that is over, such as 2026-03, into a new file, and take it out of the database.
    ArchiveAudit { month: Month, file: PathBuf },
    /// Read a month of the audit back from its file.
    RestoreAudit { file: PathBuf },
    /// Make a database its own that was loaded from a dump, while no instance runs: readers of the feed begin again. `/readyz` tells when it is needed.
    AdoptDatabase,
    /// Ask the service on SIHE_LISTEN whether it is alive.
    Healthcheck,
}

/// What takes neither settings nor a database.
#[derive(Subcommand)]
enum Alone {
    /// Print the OpenAPI document.
    Openapi,
    /// Count a published vote again, from its files alone.
    Recount {
        /// The folder with the files, or an archive of them (.zip).
        bundle: PathBuf,
        /// The hash of the roll on the posted announcement.
        #[arg(long, value_parser = hash)]
        roll_hash: Option<String>,
        /// The hash of topics, secrecy and rules on the posted announcement.
        #[arg(long, value_parser = hash)]
        manifest_hash: Option<String>,
        /// The root of the box on the posted result.
        #[arg(long, value_parser = hash)]
        box_root: Option<String>,
        /// The hash of those whom the ballot reached on the posted result, where silence means something.
        #[arg(long, value_parser = hash)]
        delivered_hash: Option<String>,
        /// The hash of the result on its posting; of a secret vote nothing else shows that the totals are those that were counted.
        #[arg(long, value_parser = hash)]
        result_hash: Option<String>,
        /// A voter's own receipt.
        #[arg(long, value_parser = hash)]
        receipt: Option<String>,
    },
}

fn settings_help() -> String {
    let line = |(name, default, meaning): &(&str, &str, &str)| match *default {
        "" => format!("  {name}: {meaning}"),
        default => format!("  {name}: {meaning} Default: {default}"),
    };
    format!("Settings, from the environment:\n{}", VARIABLES.iter().map(line).collect::<Vec<_>>().join("\n"))
}

impl Command {
    /// Carries out the command; an error is one clear text.
    pub fn run(self) -> Result<(), String> {
        let action = match self.action {
            Action::Alone(action) => return action.run(),
            Action::OfService(action) => action,
        };
        let settings = Settings::from_env()?;
        logging::start(settings.json_log);
        let done = actix_web::rt::System::new().block_on(action.run(settings));
        logging::flush();
        done
    }
}

impl Alone {
    fn run(self) -> Result<(), String> {
        match self {
            Self::Openapi => print(app::contract()),
            Self::Recount { bundle, roll_hash, manifest_hash, box_root, delivered_hash, result_hash, receipt } => {
                count_again(&bundle, &Held { roll_hash, manifest_hash, box_root, delivered_hash, result_hash, receipt })
            }
        }
    }
}

impl OfService {
    async fn run(self, settings: Settings) -> Result<(), String> {
        let now = Clock::System.now();
        match self {
            Self::Serve => serve::serve(settings).await,
            Self::Migrate { down, .. } => migrate(&settings, down).await,
            Self::ImportDivisions { file } => {
                let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                let db = Db::new(&settings.database)?;
                let done = import::import(&db, &bytes, now).await.map_err(|e| format!("{}:\n{e}", file.display()))?;
                print(&format!("{} divisions read, {} added or changed\n", done.rows, done.changed))
            }
            Self::ArchiveAudit { month, file } => {
                let Seal { entries, sha256, .. } = archive::archive(&patient(&settings)?, month, &file, now).await?;
                print(&format!("{entries} entries of {month} written to {}, SHA-256 {sha256}\n", file.display()))
            }
            Self::RestoreAudit { file } => {
                let (month, entries) = archive::restore(&patient(&settings)?, &file).await?;
                print(&format!("{entries} entries of {month} read back\n"))
            }
            Self::AdoptDatabase => match identity::adopt(&patient(&settings)?).await.map_err(Problem::told_to_operator)? {
                0 => print("the database belongs to this cluster now\n"),
                others => Err(migrations::not_alone(others)),
            },
            Self::Seed => {
                // A line for each demo record would hide what is said in the end.
                log::set_max_level(log::LevelFilter::Warn);
                print(&seed::seed(&settings, now).await?)
            }
            Self::Token { role, jurisdiction, subject, organization, scope, hours } => {
                let subject = subject.unwrap_or_else(|| format!("demo-{}", role.as_str()));
                let claims = Claims::new(&settings.issuer, &settings.audience, subject, now, TimeDelta::hours(hours));
                let claims = Claims { grants: vec![Grant { role, jurisdiction }], scope, organization, ..claims };
                print(&mint(&settings, &claims, hours)?)
            }
            Self::Healthcheck => ask_whether_alive(&settings).await,
        }
    }
}

/// A token with these claims, where the service would take it.
fn mint(settings: &Settings, claims: &Claims, hours: i64) -> Result<String, String> {
    if let Some(grant) = claims.grants.iter().find(|grant| !grant.is_consistent()) {
        return Err(format!("{} does not fit the level of {}", grant.role.as_str(), grant.jurisdiction));
    }
    let longest = settings.longest_token.num_hours();
    if hours > longest {
        return Err(format!("a token lives {longest} hours at most: see SIHE_LONGEST_TOKEN_HOURS"));
    }
    let key = SigningKey::load_or_create(&settings.signing_key_file)?;
    Ok(key.sign(claims).map_err(|error| error.to_string())? + "\n")
}

async fn ask_whether_alive(settings: &Settings) -> Result<(), String> {
    let url = format!("http://{}/healthz", settings.listen);
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(3)).build().map_err(|e| e.to_string())?;
    let answer = client.get(&url).send().await.and_then(|a| a.error_for_status());
    answer.map(drop).map_err(|error| error.to_string())
}

async fn migrate(settings: &Settings, down: bool) -> Result<(), String> {
    let direction = if down { Direction::Down } else { Direction::Up };
    let versions = migrations::run(&settings.database, direction).await?;
    print(&format!("{} migrations {}\n", versions.len(), if down { "taken back" } else { "applied" }))
}

/// A hash as somebody types it.
fn hash(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_lowercase())
}

/// Says what was counted, or everything that is wrong.
fn count_again(bundle: &Path, held: &Held) -> Result<(), String> {
    let told = recount(bundle, held).map_err(|faults| faults.join("\n"))?;
    let ballots = told.ballots.map_or_else(|| "attested".to_owned(), |ballots| ballots.to_string());
    let (units, heads, cast, hash) = (told.units, told.heads, told.cast, told.manifest_hash);
    let verdict = if told.is_verified { "OK" } else { "UNVERIFIED" };
    print(&format!("{verdict} units={units} heads={heads} cast={cast} ballots={ballots} manifest={hash}\n"))?;
    told.topics.iter().try_for_each(|topic| print(&format!("{topic}\n")))?;
    if held.manifest_hash.is_none() {
        print("Compare the manifest's hash with the posting (--manifest-hash): it binds topics, secrecy and rules.\n")?;
    }
    if !told.is_verified {
        return Err(
            "The ballots are secret: only the hash on the posted result (--result-hash) shows that these totals were counted"
                .into(),
        );
    }
    Ok(())
}

/// For statements that go through a whole month.
fn patient(settings: &Settings) -> Result<Db, String> {
    let (statement_timeout, longest_silence) = (Duration::from_secs(3600), Duration::MAX);
    Db::new(&DbOptions { statement_timeout, longest_silence, ..settings.database.clone() })
}

fn print(text: &str) -> Result<(), String> {
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}
