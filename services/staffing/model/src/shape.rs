//! Which keys and words may stand where. The reader and a test of the published schema both go by these tables, so that the
//! two cannot part.

pub(crate) use muster_document::Shape;

/// A choice of words. The name is that of its definition in the schema.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) name: &'static str,
    pub(crate) words: &'static [&'static str],
}

macro_rules! shapes {
    ($($id:ident $name:literal [$($required:literal),*] [$($optional:literal),*])*) => {
        $(pub(crate) const $id: Shape =
            Shape { name: $name, required: &[$($required),*], optional: &[$($optional),*] };)*
        /// Every object.
        #[cfg(test)]
        pub(crate) const SHAPES: &[Shape] = &[$($id),*];
    };
}

shapes! {
    DOCUMENT "document" ["schema", "name", "title", "source", "years", "outputs"]
        ["notes", "parameters", "series", "stocks", "demand", "substitution", "capacity", "scenarios", "expected", "solve"]
    YEARS "years" ["first", "last"] []
    QUANTITY "stated" ["value"] ["unit", "source"]
    PARAMETER "parameter" ["value"] ["low", "high", "at_least", "at_most", "unit", "source", "note"]
    SERIES "series" ["anchors"] ["profile", "unit", "source", "note"]
    ANCHOR "anchor" ["year", "value"] ["source"]
    STOCK "stock" ["cohorts"] ["unit", "order", "outflows", "inflows", "pipelines", "note"]
    COHORT "cohort" ["start"] ["fte_per_head", "fte_trend", "ageing"]
    FLOW "flow" [] ["over_window", "per_year", "rate", "mix", "profile", "note"]
    PIPELINE "pipeline" ["intake", "lag_years"]
        ["first_year", "last_year", "completion", "active", "fte_per_joiner", "mix", "note"]
    BY_COHORT "by_cohort" ["cohorts"] []
    DEMAND "demand" ["base"] ["growth", "note"]
    BASE "base" [] ["level", "stock", "unmet_share"]
    GROWTH "growth" ["factors", "per"] ["combine", "profile", "note"]
    SUBSTITUTION "substitution" ["staff", "share"] ["supervision", "note"]
    CAPACITY "capacity" ["workload", "available"] ["category_allowance", "individual_allowance", "note"]
    OUTPUT "output" ["formula"] ["unit", "note"]
    SCENARIO "scenario" ["set"] ["title", "note"]
    EXPECTED "expected" ["value", "source"] ["output", "solve", "scenario", "year", "tolerance", "claim", "note"]
    SOLVE "solve" ["find", "output", "target", "bounds"] ["scenario", "year", "draws", "seed", "note"]
}

/// How a change spreads over the years it takes.
pub(crate) const PROFILE: Words =
    Words { name: "profile", words: &["linear", "step", "front-loaded", "back-loaded"] };
/// What comes first in a year.
pub(crate) const ORDER: Words = Words { name: "order", words: &["leave-then-join", "join-then-leave"] };
/// What a growth factor is measured over.
pub(crate) const PER: Words = Words { name: "per", words: &["window", "year"] };
/// How growth factors go together.
pub(crate) const COMBINE: Words = Words { name: "combine", words: &["add", "compound"] };
/// What the document says of a published figure.
pub(crate) const CLAIM: Words =
    Words { name: "claim", words: &["agrees", "does-not-reconcile", "cannot-be-recomputed"] };
/// What a stock counts.
pub(crate) const UNIT: Words = Words { name: "stock_unit", words: &["heads", "FTE"] };

/// Every choice of words.
#[cfg(test)]
pub(crate) const WORDS: &[Words] = &[PROFILE, ORDER, PER, COMBINE, CLAIM, UNIT];
