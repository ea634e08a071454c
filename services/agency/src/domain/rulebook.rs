//! Every rule of rates and caps, and the cap of a grade on a day.

use std::fmt;

use compact_str::CompactString;
use jiff::civil::Date;

use super::{
    dated::{Dated, in_force},
    pay::{Basis, Supplement, pounds},
    words::{CapClass, RateKind, TimeBand, Unit, Word, Zone},
};

/// A row of a rate card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Name of the card; a bank card carries the code of its organisation.
    pub card: String,
    /// What it is.
    pub kind: RateKind,
    /// Grade, as [`super::words::grade`] writes it.
    pub grade: String,
    /// Zone; none = without supplement.
    pub zone: Option<Zone>,
    /// Time band.
    pub band: TimeBand,
    /// Pence a unit.
    pub pence: i64,
    /// What the pence are for.
    pub unit: Unit,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GradeRule {
    /// Its name.
    pub grade: String,
    /// Group of staff for the cap, where the staff group does not say otherwise.
    pub class: CapClass,
    /// Hours a week in minutes.
    pub week_minutes: i64,
}

/// A phase of the price caps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Group of staff; none = all.
    pub class: Option<CapClass>,
    /// Uplift over pay, parts per million.
    pub uplift_ppm: i64,
    /// Day whose pay scale is the base.
    pub scale_on: Date,
}

/// Enhancement of unsocial hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enhancement {
    /// Grade.
    pub grade: String,
    /// Time band.
    pub band: TimeBand,
    /// Share of basic pay, parts per million.
    pub share_ppm: i64,
}

/// All rules of rates and caps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rulebook {
    /// Rate cards.
    pub rates: Vec<Dated<Rate>>,
    /// Grades.
    pub grades: Vec<Dated<GradeRule>>,
    /// Phases of the caps.
    pub phases: Vec<Dated<Phase>>,
    /// Enhancements.
    pub enhancements: Vec<Dated<Enhancement>>,
    /// High-cost supplements.
    pub supplements: Vec<Dated<(Zone, Supplement)>>,
}

/// Which cap is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CapQuery {
    /// Grade.
    pub grade: CompactString,
    /// Day of the shift.
    pub on: Date,
    /// Zone of the site; none = outside of the high-cost area.
    pub zone: Option<Zone>,
    /// Time band.
    pub band: TimeBand,
    /// Group of staff; none = that of the grade.
    pub class: Option<CapClass>,
}

/// A cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Pence an hour.
    pub pence: i64,
    /// The rule in words.
    pub rule: String,
    /// Where the rule and its base are from.
    pub source: String,
    /// The formula with its figures; empty where only a published cell is at hand.
    pub formula: String,
    /// Was every row behind it verified?
    pub verified: bool,
}

/// Why there is no cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nobody knows the grade.
    Grade(String),
    /// No cap was in force.
    Phase(Date),
    /// No pay scale of the grade.
    Scale(String, Date),
    /// No enhancement of the grade for the time band.
    Enhancement(String, TimeBand, Date),
    /// No supplement of the zone.
    Supplement(Zone, Date),
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grade(grade) => write!(f, "no grade `{grade}` is known on that day"),
            Self::Phase(on) => write!(f, "no price cap was in force on {on}; the first began on 2015-11-23"),
            Self::Scale(grade, on) => write!(f, "no pay scale of {grade} on {on} is at hand"),
            Self::Enhancement(grade, band, on) => {
                write!(f, "no {} enhancement of {grade} on {on} is at hand", band.word())
            }
            Self::Supplement(zone, on) => {
                write!(f, "no {} high-cost supplement on {on} is at hand", zone.word())
            }
        }
    }
}

impl Rulebook {
    /// Adds the rows of another; on the same first day they go before the earlier ones.
    pub fn extend(&mut self, other: Self) {
        self.rates.extend(other.rates);
        self.grades.extend(other.grades);
        self.phases.extend(other.phases);
        self.enhancements.extend(other.enhancements);
        self.supplements.extend(other.supplements);
    }

    /// The cap of a grade on a day: the published cell where there is one, else the formula.
    ///
    /// # Errors
    /// The rule that is missing.
    pub fn cap(&self, query: &CapQuery) -> Result<Cap, Gap> {
        let computed = self.computed(query);
        let Some(cell) = self.published(query) else { return computed };
        let formula = computed.map(|cap| cap.formula).unwrap_or_default();
        let rule = format!(
            "published cap of card {} from {}: {}",
            cell.value.card,
            cell.from,
            pounds(cell.value.pence)
        );
        let (pence, source) = (cell.value.pence, cell.source.clone());
        Ok(Cap { pence, rule, source, formula, verified: cell.verified })
    }

    /// The cap by the formula alone.
    ///
    /// # Errors
    /// The rule that is missing.
    pub fn computed(&self, query: &CapQuery) -> Result<Cap, Gap> {
        let grade = self.grade(&query.grade, query.on)?;
        let phase = self.phase(query, grade)?;
        let scale_on = phase.value.scale_on;
        let scale = in_force(&self.rates, scale_on, |rate| {
            rate.kind == RateKind::PayScale && rate.unit == Unit::Year && rate.grade == query.grade
        })
        .ok_or_else(|| Gap::Scale(query.grade.to_string(), scale_on))?;
        let mut sources = vec![phase.source.as_str(), scale.source.as_str()];
        let mut verified = phase.verified && scale.verified && grade.verified;
        let mut enhancement_ppm = 0;
        if query.band != TimeBand::Core {
            let row =
                in_force(&self.enhancements, query.on, |it| it.grade == query.grade && it.band == query.band)
                    .ok_or_else(|| Gap::Enhancement(query.grade.to_string(), query.band, query.on))?;
            enhancement_ppm = row.value.share_ppm;
            sources.push(&row.source);
            verified &= row.verified;
        }
        let mut supplement = None;
        if let Some(zone) = query.zone {
            let row = in_force(&self.supplements, query.on, |it| it.0 == zone)
                .ok_or(Gap::Supplement(zone, query.on))?;
            supplement = Some(row.value.1);
            sources.push(&row.source);
            verified &= row.verified;
        }
        let (top, week_minutes, uplift_ppm) =
            (scale.value.pence, grade.value.week_minutes, phase.value.uplift_ppm);
        let basis = Basis { top, week_minutes, enhancement_ppm, supplement, uplift_ppm };
        let staff = phase.value.class.map_or("all staff", Word::word);
        let rule =
            format!("+{}% over the pay of {scale_on} for {staff} from {}", uplift_ppm / 10_000, phase.from);
        let formula = basis.formula();
        Ok(Cap { pence: basis.cap_pence(), rule, source: sources.join("; "), formula, verified })
    }

    /// The maximum wage of a grade on a day, pence an hour; none where no row is at hand.
    pub fn wage_cap(&self, (grade, on): (&str, Date), zone: Option<Zone>, band: TimeBand) -> Option<i64> {
        let row = in_force(&self.rates, on, |rate| {
            rate.kind == RateKind::WageCap
                && rate.unit == Unit::Hour
                && rate.grade == grade
                && rate.zone == zone
                && rate.band == band
        });
        row.map(|row| row.value.pence)
    }

    fn grade(&self, name: &str, on: Date) -> Result<&Dated<GradeRule>, Gap> {
        in_force(&self.grades, on, |it| it.grade == name).ok_or_else(|| Gap::Grade(name.to_owned()))
    }

    fn phase(&self, query: &CapQuery, grade: &Dated<GradeRule>) -> Result<&Dated<Phase>, Gap> {
        let class = query.class.unwrap_or(grade.value.class);
        in_force(&self.phases, query.on, |it| it.class.is_none_or(|own| own == class))
            .ok_or(Gap::Phase(query.on))
    }

    /// The published cell, where the phase does not treat its group of staff and the one asked for apart.
    fn published(&self, query: &CapQuery) -> Option<&Dated<Rate>> {
        let grade = self.grade(&query.grade, query.on).ok()?;
        let asked = self.phase(query, grade).ok();
        in_force(&self.rates, query.on, |rate| {
            let fits = rate.kind == RateKind::Cap
                && rate.unit == Unit::Hour
                && rate.grade == query.grade
                && rate.zone == query.zone
                && rate.band == query.band;
            fits && {
                let own = CapQuery { class: cell_class(&rate.card), ..query.clone() };
                self.phase(&own, grade).ok() == asked
            }
        })
    }
}

/// The group of staff that a card of caps is for: its name says `non-clinical`, or it is the grade's own.
pub(super) fn cell_class(card: &str) -> Option<CapClass> {
    card.contains("non-clinical").then_some(CapClass::NonClinical)
}
