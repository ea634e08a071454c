//! Standing backtests, the last of each area.

use muster_kit::migrations::Script;

/// The eighth migration of staffing.
pub(super) const BACKTESTS: Script = Script::new("m0008_backtests", &[TABLE]);

const TABLE: &str = "CREATE TABLE backtests (org TEXT NOT NULL, area TEXT NOT NULL, engine TEXT NOT NULL, draws BIGINT NOT NULL, \
     seed TEXT NOT NULL, baselines TEXT NOT NULL, result TEXT NOT NULL, actor TEXT NOT NULL, version BIGINT NOT NULL, \
     recorded_at BIGINT NOT NULL, PRIMARY KEY (org, area))";
