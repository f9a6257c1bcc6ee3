//! The office database read and written past the program, as somebody does who has the file.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection as _};
use std::path::Path;

fn with<T>(database: &Path, work: impl AsyncFnOnce(&mut AnyConnection) -> T) -> T {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut open = AnyConnection::connect(&format!("sqlite:{}", database.display())).await.expect("opens");
        let done = work(&mut open).await;
        open.close().await.expect("closed");
        done
    })
}

/// Runs these statements.
pub fn tamper(database: &Path, statements: &[&str]) {
    with(database, async |open| {
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned())).execute(&mut *open).await.expect("altered");
        }
    });
}

/// All rows of a query.
pub fn rows(database: &Path, query: &str) -> Vec<AnyRow> {
    let query = sqlx::AssertSqlSafe(query.to_owned());
    with(database, async |open| sqlx::query(query).fetch_all(open).await.expect("read"))
}
