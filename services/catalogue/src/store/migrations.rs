//! Tables of the catalogue, after the kit's own. Unit prices are in 1/100 pence, quantities in 1/1000, sums in pence, instants in
//! microseconds since 1970 UTC; days are text `YYYY-MM-DD` and months `YYYY-MM`, which sort by time.

use muster_kit::{
    migrations::{Script, kit},
    versions,
};
use sea_orm_migration::prelude::*;

/// Applies the kit's migrations, then those of the catalogue.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = kit();
        all.push(Box::new(Script::new("m0001_catalogue", STATEMENTS)));
        all.push(Box::new(Script::new("m0002_purchase_line", LINE)));
        all.push(Box::new(Script::new("m0003_off_award_quantity", OFF_AWARD)));
        all
    }
}

/// Line of the file that a purchase came with; 0 = it came in before lines were kept.
const LINE: &[&str] = &["ALTER TABLE purchases ADD COLUMN line BIGINT NOT NULL DEFAULT 0"];

/// Units of a lot that were bought of others than its supplier; 0 in months that were worked out before they were kept.
const OFF_AWARD: &[&str] = &["ALTER TABLE realised ADD COLUMN off_award_quantity BIGINT NOT NULL DEFAULT 0"];

const STATEMENTS: &[&str] = &[
    versions::TABLE,
    // an item keeps its number for ever; `cluster` is the number of the first item of its group of same items
    "CREATE TABLE items (item_number SERIAL, org TEXT NOT NULL, organisation TEXT NOT NULL, item_ref TEXT NOT NULL, \
     cluster BIGINT)",
    "CREATE UNIQUE INDEX items_by_ref ON items (org, organisation, item_ref)",
    "CREATE INDEX items_by_cluster ON items (cluster)",
    // how it is described: never changed, a later description ends an earlier one
    "CREATE TABLE item_versions (version_id SERIAL, org TEXT NOT NULL, item_number BIGINT NOT NULL, \
     description TEXT NOT NULL, supplier TEXT NOT NULL, supplier_code TEXT NOT NULL, manufacturer TEXT NOT NULL, \
     manufacturer_code TEXT NOT NULL, gtin TEXT NOT NULL, class_scheme TEXT NOT NULL, class_code TEXT NOT NULL, \
     orderable_unit TEXT NOT NULL, pack_size BIGINT NOT NULL, content_milli BIGINT NOT NULL, content_unit TEXT NOT NULL, \
     question TEXT NOT NULL, import_id TEXT NOT NULL, recorded_at BIGINT NOT NULL, ended_at BIGINT)",
    "CREATE INDEX item_versions_by_item ON item_versions (item_number)",
    "CREATE INDEX item_versions_by_import ON item_versions (org, import_id)",
    // offers are only ever added; the last of a key counts
    "CREATE TABLE offers (offer_id SERIAL, org TEXT NOT NULL, item_ref TEXT NOT NULL, organisation TEXT NOT NULL, \
     supplier TEXT NOT NULL, price BIGINT NOT NULL, per_quantity BIGINT NOT NULL, unit TEXT NOT NULL, \
     min_quantity BIGINT NOT NULL, max_quantity BIGINT, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, \
     country TEXT NOT NULL, subentity TEXT NOT NULL, city TEXT NOT NULL, postal_zone TEXT NOT NULL, lead_days BIGINT, \
     contract TEXT NOT NULL, withdrawn INTEGER NOT NULL, line BIGINT NOT NULL, import_id TEXT NOT NULL, \
     recorded_at BIGINT NOT NULL)",
    "CREATE INDEX offers_by_item ON offers (org, organisation, item_ref)",
    "CREATE INDEX offers_by_supplier ON offers (org, supplier)",
    // a line of purchase that is corrected ends the earlier one
    "CREATE TABLE purchases (purchase_id SERIAL, org TEXT NOT NULL, organisation TEXT NOT NULL, line_ref TEXT NOT NULL, \
     day TEXT NOT NULL, month TEXT NOT NULL, supplier TEXT NOT NULL, item_ref TEXT NOT NULL, description TEXT NOT NULL, \
     quantity BIGINT NOT NULL, unit TEXT NOT NULL, pack_size BIGINT NOT NULL, unit_price BIGINT NOT NULL, \
     net BIGINT NOT NULL, po_number TEXT NOT NULL, on_catalogue INTEGER, under_contract INTEGER, channel TEXT NOT NULL, \
     import_id TEXT NOT NULL, recorded_at BIGINT NOT NULL, ended_at BIGINT)",
    "CREATE INDEX purchases_by_line ON purchases (org, organisation, line_ref)",
    "CREATE INDEX purchases_by_item ON purchases (org, organisation, item_ref, month)",
    "CREATE INDEX purchases_by_month ON purchases (month)",
    "CREATE TABLE class_entries (org TEXT NOT NULL, scheme TEXT NOT NULL, code TEXT NOT NULL, parent TEXT NOT NULL, \
     name TEXT NOT NULL, PRIMARY KEY (org, scheme, code))",
    "CREATE TABLE spend_lines (spend_id SERIAL, org TEXT NOT NULL, import_id TEXT NOT NULL, line BIGINT NOT NULL, \
     organisation TEXT NOT NULL, month TEXT NOT NULL, expense_type TEXT NOT NULL, supplier TEXT NOT NULL, \
     pence BIGINT NOT NULL)",
    "CREATE INDEX spend_lines_by_month ON spend_lines (org, month)",
    "CREATE TABLE supplier_decisions (decision_id SERIAL, org TEXT NOT NULL, one TEXT NOT NULL, other TEXT NOT NULL, \
     same INTEGER NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL, \
     revoked_by TEXT NOT NULL, revoked_at BIGINT)",
    "CREATE INDEX supplier_decisions_by_org ON supplier_decisions (org)",
    // what a model proposes of a pair, lower number first; it waits until somebody decides
    "CREATE TABLE proposals (proposal_id SERIAL, left_item BIGINT NOT NULL, right_item BIGINT NOT NULL, \
     score_ppm BIGINT NOT NULL, relation INTEGER NOT NULL, evidence TEXT NOT NULL, scored_by TEXT NOT NULL, \
     org TEXT NOT NULL, proposed_at BIGINT NOT NULL, decided INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX proposals_by_pair ON proposals (left_item, right_item)",
    "CREATE INDEX proposals_by_right ON proposals (right_item)",
    "CREATE TABLE decisions (decision_id TEXT PRIMARY KEY, left_item BIGINT NOT NULL, right_item BIGINT NOT NULL, \
     relation INTEGER NOT NULL, reason TEXT NOT NULL, clinical_use TEXT NOT NULL, until TEXT NOT NULL, \
     score_ppm BIGINT NOT NULL, org TEXT NOT NULL, decided_by TEXT NOT NULL, decided_at BIGINT NOT NULL, \
     revoked_by TEXT NOT NULL, revoked_at BIGINT, revoke_reason TEXT NOT NULL)",
    "CREATE INDEX decisions_by_left ON decisions (left_item)",
    "CREATE INDEX decisions_by_right ON decisions (right_item)",
    "CREATE TABLE variance_found (org TEXT NOT NULL, organisation TEXT NOT NULL, opportunity BIGINT NOT NULL, \
     item_rows BIGINT NOT NULL, PRIMARY KEY (org, organisation))",
    // rounds: what happened, in order; `body` is the action of the contract in hex
    "CREATE TABLE rounds (round_id TEXT PRIMARY KEY, org TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL, \
     phase INTEGER NOT NULL, version BIGINT NOT NULL, opened_at BIGINT NOT NULL, award TEXT NOT NULL)",
    "CREATE TABLE round_partners (round_id TEXT NOT NULL, organisation TEXT NOT NULL, PRIMARY KEY (round_id, organisation))",
    "CREATE INDEX round_partners_by_organisation ON round_partners (organisation)",
    "CREATE TABLE round_events (round_id TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, what TEXT NOT NULL, body TEXT NOT NULL, \
     org TEXT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (round_id, number))",
    // what a partner paid for a lot before the award, and the award: the ground that realised prices stand on
    "CREATE TABLE round_baselines (org TEXT NOT NULL, round_id TEXT NOT NULL, organisation TEXT NOT NULL, lot_id TEXT NOT NULL, \
     baseline BIGINT, award BIGINT NOT NULL, supplier TEXT NOT NULL, pledged BIGINT NOT NULL, \
     PRIMARY KEY (org, round_id, organisation, lot_id))",
    "CREATE TABLE realised (org TEXT NOT NULL, round_id TEXT NOT NULL, organisation TEXT NOT NULL, month TEXT NOT NULL, \
     lot_id TEXT NOT NULL, quantity BIGINT NOT NULL, baseline_pence BIGINT, award_pence BIGINT NOT NULL, \
     paid_pence BIGINT NOT NULL, off_award_pence BIGINT NOT NULL, \
     PRIMARY KEY (org, round_id, organisation, month, lot_id))",
];
