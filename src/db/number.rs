//! The numbers that people use for records, such as `D0000000001`.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

diesel::define_sql_function! {
    fn nextval(sequence: Text) -> BigInt;
}

/// The next number of a sequence, behind the letter of its kind of record.
pub async fn next(connection: &AsyncPgConnection, sequence: &'static str, letter: char) -> QueryResult<String> {
    let mut connection = connection;
    let number: i64 = diesel::select(nextval(sequence)).get_result(&mut connection).await?;
    Ok(format!("{letter}{number:010}"))
}
