//! A database for each test. It is a copy of one that has the tables and the divisions, and is used again.

use sihe::config::Settings;
use sihe::db::migrations::{self, Direction};
use sihe::db::pool::Db;
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
        database
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        let database = Self::claim(&prefix("empty")).await;
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

    /// Puts back what an earlier test changed, unless that changed the tables themselves.
    async fn is_restored(&self, shape: &str) -> bool {
        let database = connect(&self.url).await;
        let same = shape_of(&database).await == shape;
        if same {
            database.batch_execute(RESTORE).await.unwrap();
        }
        same
    }

    /// Those of a small service on it.
    pub fn settings(&self) -> Settings {
        let variables = [("DATABASE_URL", self.url.as_str()), ("SIHE_WORKERS", "1"), ("SIHE_DATABASE_CONNECTIONS", "8")];
        Settings::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())).unwrap()
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
async fn shape_of(database: &Client) -> String {
    let shape = "SELECT md5(string_agg(concat_ws(' ', oid, xmin, relname), ',' ORDER BY oid)) FROM (
        SELECT oid, ''::text AS xmin, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT oid, '', conname FROM pg_constraint
        UNION ALL SELECT oid, tgenabled::text, tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT oid, xmin::text, proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts";
    database.query_one(shape, &[]).await.unwrap().get(0)
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
        let of_any_build = prefix(program.file_stem().unwrap().to_str().unwrap());
        let name = format!("{of_any_build}_{}", built.as_secs());
        let admin = connect(&base()).await;
        admin.batch_execute("SELECT pg_advisory_lock(hashtext('templates of tests'))").await.unwrap();
        let known = "SELECT datname::text, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, $1)";
        let known = admin.query(known, &[&of_any_build]).await.unwrap();
        if let Some(row) = known.iter().find(|row| row.get::<_, &str>(0) == name) {
            return Self { name, shape: row.get(1) };
        }
        for old in known {
            let drop = format!("DROP DATABASE \"{}\" WITH (FORCE)", old.get::<_, &str>(0));
            admin.batch_execute(&drop).await.unwrap();
        }
        let begun = TestDatabase::empty().await;
        migrations::run(&begun.settings().database, Direction::Up).await.unwrap();
        import(&Db::new(&begun.settings().database).unwrap(), data::DIVISIONS.as_bytes(), start_of_time()).await.unwrap();
        let database = connect(&begun.url).await;
        database.batch_execute(KEEP).await.unwrap();
        let shape = shape_of(&database).await;
        drop(database);
        let finish = format!("COMMENT ON DATABASE \"{0}\" IS '{shape}'; ALTER DATABASE \"{0}\" RENAME TO \"{name}\"", begun.name);
        admin.batch_execute(&finish).await.unwrap();
        Self { name, shape }
    }
}

/// The database from which the others are made.
fn base() -> String {
    std::env::var("DATABASE_URL").expect("the tests need DATABASE_URL: run scripts/test")
}

/// Keeps apart what belongs to the tests of different databases of one server.
fn prefix(kind: &str) -> String {
    format!("{}_{kind}", reqwest::Url::parse(&base()).unwrap().path().trim_start_matches('/'))
}

/// What a test writes need not outlive a crash of the server: no commit waits for the disk.
fn url_of(name: &str) -> String {
    let mut url = reqwest::Url::parse(&base()).unwrap();
    url.set_path(name);
    let separator = if url.query().is_some() { '&' } else { '?' };
    format!("{url}{separator}options=-c%20synchronous_commit%3Doff")
}

pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    client
}
