//! Processes of one service that start together on an empty database.

use futures::future::join_all;
use muster_kit::Db;
use muster_testkit::PostgresServer;

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_migrate_once() {
    let Some(server) = PostgresServer::shared().await else { return };
    let config = server.database().await;
    let starts = (0..4).map(|_| async {
        let db = Db::open(&config, "directory").await?;
        db.migrate::<muster_directory::Migrator>().await?;
        db.close().await
    });
    for started in join_all(starts).await {
        started.unwrap_or_else(|error| panic!("{}", error.chain()));
    }
}
