//! A database for each test. It is a copy of one that has the tables and the divisions, and is used again.

use chrono::TimeDelta;
use sihe::config::Settings;
use sihe::db::migrations::{self, Direction};
use sihe::db::pool::Db;
use sihe::http::limits::rates::RateTable;
use sihe::resources::places::jurisdictions::import::import;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use super::{data, start_of_time};

/// A database that belongs to the test as long as its claim is open.
pub struct TestDatabase {
    pub url: String,
    name: String,
    claim: Client,
}

impl TestDatabase {
    /// With tables and divisions.
    pub async fn new() -> Self {
        static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(Template::of_program).await;
        let database = Self::claim(&template.name).await;
        if !database.exists().await {
            database.copy(&template.name).await;
        } else if !database.is_restored(&template.shape).await {
            database.drop().await;
            database.copy(&template.name).await;
        }
        connect(&database.url).await.batch_execute(ADOPT).await.unwrap();
        database
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        let database = Self::claim(&name_of("empty")).await;
        database.drop().await;
        database.copy("template0").await;
        database
    }

    /// The first one of this kind that no other test uses.
    async fn claim(kind: &str) -> Self {
        let claim = connect(&base()).await;
        for number in 0.. {
            let name = format!("{kind}_{number}");
            let free = claim.query_one("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", &[&name]).await.unwrap();
            if free.get(0) {
                return Self { url: url_of(&name), name, claim };
            }
        }
        unreachable!("somewhere a number is free")
    }

    async fn exists(&self) -> bool {
        self.claim.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&self.name]).await.unwrap().is_some()
    }

    async fn drop(&self) {
        self.claim.batch_execute(&format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name)).await.unwrap();
    }

    async fn copy(&self, template: &str) {
        let copy = format!("CREATE DATABASE \"{}\" TEMPLATE \"{template}\"", self.name);
        self.claim.batch_execute(&copy).await.unwrap();
    }

    /// Puts back what an earlier test changed. False where that cannot be done, such as after it changed the tables.
    async fn is_restored(&self, shape: &str) -> bool {
        let restored: Result<bool, tokio_postgres::Error> = async {
            let database = try_connect(&self.url).await?;
            if shape_of(&database).await? != shape {
                return Ok(false);
            }
            database.batch_execute(RESTORE).await.map(|()| true)
        }
        .await;
        restored.unwrap_or_else(|error| {
            eprintln!("{} is made anew: {error}", self.name);
            false
        })
    }

    /// Those of a small service on it.
    pub fn settings(&self) -> Settings {
        let variables = [("DATABASE_URL", self.url.as_str()), ("SIHE_WORKERS", "1"), ("SIHE_DATABASE_CONNECTIONS", "16")];
        let settings = Settings::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()));
        Settings { rates: RateTable::unlimited(), longest_token: TimeDelta::days(400), ..settings.unwrap() }
    }
}

/// Keeps what every test begins with beside the tables.
const KEEP: &str = "
CREATE SCHEMA kept;
CREATE TABLE kept.sequences AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
CREATE VIEW kept.columns AS SELECT relname, string_agg(quote_ident(attname), ', ') FILTER (WHERE attgenerated = '') AS columns
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> '__diesel_schema_migrations'
    GROUP BY relname;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM kept.columns LOOP
        EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name);
    END LOOP;
END $$";

/// A copy is another database than its template.
const ADOPT: &str =
    "UPDATE database_identity SET database_oid = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Goes back to what was kept, past what guards the tables. Truncating them would make all their files anew.
const RESTORE: &str = "
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE name text; columns text;
BEGIN
    FOR name, columns IN SELECT * FROM kept.columns LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM kept.%1$I', name, columns);
    END LOOP;
    PERFORM setval(sequencename::regclass, coalesce(last_value, 1), last_value IS NOT NULL) FROM kept.sequences;
END $$";

/// Differs once something was created, dropped or replaced.
async fn shape_of(database: &Client) -> Result<String, tokio_postgres::Error> {
    let shape = "SELECT md5(string_agg(concat_ws(' ', oid, xmin, relname), ',' ORDER BY oid, xmin, relname)) FROM (
        SELECT oid, relkind::text AS xmin, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT attrelid, concat(attnum, attnotnull, atttypid, atthasdef), attname FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT oid, '', conname FROM pg_constraint
        UNION ALL SELECT oid, tgenabled::text, tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT oid, xmin::text, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts";
    Ok(database.query_one(shape, &[]).await?.get(0))
}

/// What the databases of this build of the tests are copied from. The same build may run more than once at a time.
struct Template {
    name: String,
    shape: String,
}

impl Template {
    async fn of_program() -> Self {
        let program = std::env::current_exe().unwrap();
        let built = program.metadata().unwrap().modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
        let stem = program.file_stem().unwrap().to_str().unwrap();
        let name = name_of(&format!("{stem}_{}", built.as_secs()));
        let of_any_build = name_of(stem.rsplit_once('-').map_or(stem, |(target, _)| target));
        let admin = connect(&base()).await;
        admin.batch_execute("SELECT pg_advisory_lock(hashtext('templates of tests'))").await.unwrap();
        hold_for_good(name.clone());
        let known = "SELECT datname::text, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, $1)";
        let known = admin.query(known, &[&format!("{of_any_build}-")]).await.unwrap();
        if let Some(row) = known.iter().find(|row| row.get::<_, &str>(0) == name) {
            return Self { name, shape: row.get(1) };
        }
        for old in known {
            // Another run of the tests may still use it.
            let old: &str = old.get(0);
            let unused = admin.query_one("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", &[&old]).await.unwrap();
            if unused.get(0) {
                admin.batch_execute(&format!("DROP DATABASE IF EXISTS \"{old}\" WITH (FORCE)")).await.unwrap();
            }
        }
        let begun = TestDatabase::empty().await;
        migrations::run(&begun.settings().database, Direction::Up).await.unwrap();
        import(&Db::new(&begun.settings().database).unwrap(), data::DIVISIONS.as_bytes(), start_of_time()).await.unwrap();
        let database = connect(&begun.url).await;
        database.batch_execute(KEEP).await.unwrap();
        let shape = shape_of(&database).await.unwrap();
        drop(database);
        let finish = format!("COMMENT ON DATABASE \"{0}\" IS '{shape}'; ALTER DATABASE \"{0}\" RENAME TO \"{name}\"", begun.name);
        admin.batch_execute(&finish).await.unwrap();
        Self { name, shape }
    }
}

/// Tells other runs of the tests that this one uses a template, until the process ends.
fn hold_for_good(template: String) {
    let (held, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = connect(&base()).await;
            let hold = "SELECT pg_advisory_lock_shared(hashtextextended($1, 0))";
            connection.execute(hold, &[&template]).await.unwrap();
            held.send(()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    wait.recv().unwrap();
}

/// The database from which the others are made.
fn base() -> String {
    std::env::var("DATABASE_URL").expect("the tests need DATABASE_URL: run scripts/test")
}

/// The name of a database, apart from those of tests that begin with another one of the same server.
fn name_of(kind: &str) -> String {
    let name = format!("{}_{kind}", reqwest::Url::parse(&base()).unwrap().path().trim_start_matches('/'));
    // PostgreSQL would cut it off, and a number follows.
    assert!(name.len() <= 58, "the name of the database is too long for the tests: {name}");
    name
}

/// What a test writes need not outlive a crash of the server: no commit waits for the disk.
fn url_of(name: &str) -> String {
    let mut url = reqwest::Url::parse(&base()).unwrap();
    url.set_path(name);
    let separator = if url.query().is_some() { '&' } else { '?' };
    format!("{url}{separator}options=-c%20synchronous_commit%3Doff")
}

pub async fn connect(url: &str) -> Client {
    try_connect(url).await.unwrap()
}

async fn try_connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(client)
}
