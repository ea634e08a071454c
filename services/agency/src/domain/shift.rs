//! A shift line, and what the rules of its own date say of it.

use std::collections::{BTreeSet, HashMap};

use compact_str::CompactString;
use foldhash::fast::RandomState;
use jiff::civil::Date;

use super::{
    booking::Booking,
    dated::{Dated, in_force},
    hours::{London, Minutes},
    pay::{ONE, round_half_up},
    priced::price,
    reference::SignOff,
    rulebook::{CapQuery, Gap, Rulebook},
    words::{CapClass, RateKind, TimeBand, Word, Zone, plain},
};

/// Who fills a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Supply {
    /// The organisation's own bank.
    Bank,
    /// A bank of several organisations.
    SharedBank,
    /// An agency.
    Agency,
    /// Nobody.
    Unfilled,
    /// It was taken back.
    Cancelled,
}

impl Word for Supply {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("bank", Self::Bank),
        ("shared-bank", Self::SharedBank),
        ("agency", Self::Agency),
        ("unfilled", Self::Unfilled),
        ("cancelled", Self::Cancelled),
    ];
}

/// A shift line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Reference within the organisation.
    pub reference: CompactString,
    /// ODS code.
    pub organisation: CompactString,
    /// Site.
    pub site: CompactString,
    /// Group of staff.
    pub staff_group: CompactString,
    /// Grade, as [`super::words::grade`] writes it.
    pub grade: CompactString,
    /// Local date of the start: the date whose rules count.
    pub on: Date,
    /// Start and end, minutes since 1970 UTC.
    pub time: (i64, i64),
    /// Break, minutes.
    pub break_minutes: i64,
    /// Who fills it.
    pub supply: Supply,
    /// Booked on an approved framework? None = the file does not say.
    pub framework: Option<bool>,
    /// Pay, pence an hour.
    pub pay: Option<i64>,
    /// Total charge without VAT, pence an hour.
    pub charge: Option<i64>,
    /// How it was booked.
    pub booking: Booking,
    /// Line in the file that it came with; 0 = of no file, or not known.
    pub line: i64,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Judged, and nothing to report.
    Within,
    /// Charge above the cap.
    OverCap,
    /// 50% or more above the cap and below the threshold.
    Over50,
    /// At the threshold that the chief executive signs.
    OverThreshold,
    /// Not on an approved framework.
    OffFramework,
    /// Above the cap and off framework.
    Both,
    /// An agency shift of band 2 or 3.
    Band23,
    /// An agency shift of admin and estates.
    AdminEstates,
}

impl Word for Verdict {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("within", Self::Within),
        ("over-cap", Self::OverCap),
        ("over-50", Self::Over50),
        ("over-threshold", Self::OverThreshold),
        ("off-framework", Self::OffFramework),
        ("both", Self::Both),
        ("band-2-3", Self::Band23),
        ("admin-estates", Self::AdminEstates),
    ];
}

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Charge above the cap.
    OverCap,
    /// Charge at or above the cap and a share of it, parts per million.
    ShareOverCap(i64),
    /// Charge above so many pence an hour.
    ChargeAbove(i64),
    /// Charge of so many pence an hour or more.
    ChargeAtOrAbove(i64),
    /// Off framework.
    OffFramework,
    /// One of these grades.
    Grades(Vec<String>),
    /// Admin and estates.
    AdminEstates,
}

/// A rule that gives a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictRule {
    /// The verdict.
    pub verdict: Verdict,
    /// What it looks at.
    pub test: Test,
    /// Whose shifts.
    pub supplies: Vec<Supply>,
    /// Who signs it off.
    pub sign_off: SignOff,
}

/// Lists that a judgement needs beside the caps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Zones by site code or borough, as [`plain`] writes them.
    pub sites: HashMap<String, Vec<Dated<Zone>>>,
    /// Words of a staff group, with its class and whether it is admin and estates; the first that stands in it counts.
    pub staff_groups: Vec<(String, CapClass, bool)>,
    /// Rules.
    pub rules: Vec<Dated<VerdictRule>>,
    /// Public holidays.
    pub holidays: BTreeSet<Date>,
    /// Agencies on an approved framework, as [`plain`] writes them.
    pub frameworks: Vec<Dated<String>>,
}

impl Lists {
    /// Is a shift on an approved framework? As its line says, else yes when its agency is on the list of that day.
    fn framework(&self, shift: &Shift) -> Option<bool> {
        shift.framework.or_else(|| {
            let agency = plain(&shift.booking.agency);
            let listed = !agency.is_empty()
                && self.frameworks.iter().any(|row| row.holds(shift.on) && row.value == agency);
            listed.then_some(true)
        })
    }
}

/// A judged shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Minutes worked, or planned where nobody worked.
    pub minutes: Minutes,
    /// The cap, pence an hour, weighted by the minutes of each band and rounded half up.
    pub cap: Option<i64>,
    /// Above the cap, pence for the whole shift, rounded half up.
    pub over_cap: Option<i64>,
    /// Is the pay above the maximum wage? None = no maximum wage is at hand, or the pay is unknown.
    pub over_wage_cap: Option<bool>,
    /// Verdicts; empty where the shift could not be judged or was not worked.
    pub verdicts: Vec<Verdict>,
    /// On an approved framework, by the line or by the list of frameworks? None = unknown, or nobody worked.
    pub framework: Option<bool>,
    /// What was not known, so that the strictest reading counted or none could.
    pub remarks: Vec<String>,
}

/// Answers of a kind that a judge remembers at most.
const REMEMBERED: usize = 20_000;

/// Judges shifts by the rules of their own dates.
#[derive(Debug)]
pub struct Judge {
    rules: Rulebook,
    lists: Lists,
    london: London,
    caps: HashMap<CapQuery, Result<i64, Gap>, RandomState>,
    /// What was found for groups of staff and for hours before: a file says the same few again and again.
    groups: HashMap<CompactString, Option<(CapClass, bool)>, RandomState>,
    minutes: HashMap<(i64, i64, i64), Minutes, RandomState>,
    /// Is any maximum wage at hand?
    wages: bool,
}

impl Judge {
    /// A judge by these rules.
    pub fn new(rules: Rulebook, lists: Lists, london: London) -> Self {
        let wages = rules.rates.iter().any(|row| row.value.kind == RateKind::WageCap);
        Self {
            rules,
            lists,
            london,
            caps: HashMap::default(),
            groups: HashMap::default(),
            minutes: HashMap::default(),
            wages,
        }
    }

    /// Judges a shift.
    pub fn judge(&mut self, shift: &Shift) -> Judged {
        let minutes = self.worked(shift);
        let mut it = Judged {
            minutes,
            cap: None,
            over_cap: None,
            over_wage_cap: None,
            verdicts: Vec::new(),
            framework: None,
            remarks: Vec::new(),
        };
        if matches!(shift.supply, Supply::Unfilled | Supply::Cancelled) {
            return it;
        }
        let group = self.group(shift, &mut it.remarks);
        let (charge, framework) = (price(shift), self.lists.framework(shift));
        it.framework = framework;
        let mut above = None;
        if shift.supply == Supply::Agency {
            // cap of the whole shift in pence times 60
            let cap = self.cap_of_shift(shift, &minutes, group.and_then(|it| it.0), &mut it.remarks);
            let total = i128::from(minutes.total());
            if let Some(cap) = cap.filter(|_| total > 0) {
                it.cap = i64::try_from(round_half_up(cap, total)).ok();
                above = charge.map(|charge| (i128::from(charge) * total, cap));
            }
            it.over_cap = above
                .and_then(|(charged, cap)| i64::try_from(round_half_up((charged - cap).max(0), 60)).ok());
            it.over_wage_cap = self.over_wage_cap(shift, &minutes);
            if framework.is_none() {
                it.remarks.push("the file does not say whether the agency is on a framework".to_owned());
            }
        }
        if charge.is_none() {
            it.remarks.push("no charge is given".to_owned());
        }
        let facts = Facts { charge, above, framework, admin_estates: group.is_some_and(|it| it.1) };
        it.verdicts = self.verdicts(shift, &facts);
        let judged = charge.is_some() && (shift.supply != Supply::Agency || above.is_some());
        if it.verdicts.is_empty() && judged {
            it.verdicts.push(Verdict::Within);
        }
        it
    }

    fn verdicts(&self, shift: &Shift, facts: &Facts) -> Vec<Verdict> {
        let in_force =
            |rule: &&Dated<VerdictRule>| rule.holds(shift.on) && rule.value.supplies.contains(&shift.supply);
        let mut found: Vec<Verdict> = self
            .lists
            .rules
            .iter()
            .filter(in_force)
            .filter(|rule| facts.meet(&rule.value.test, shift))
            .map(|rule| rule.value.verdict)
            .collect();
        if found.contains(&Verdict::OverThreshold) {
            found.retain(|it| *it != Verdict::Over50);
        }
        if found.contains(&Verdict::OverCap) && found.contains(&Verdict::OffFramework) {
            found.push(Verdict::Both);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Minutes worked by band.
    fn worked(&mut self, shift: &Shift) -> Minutes {
        let ((start, end), pause) = (shift.time, shift.break_minutes);
        if self.minutes.len() >= REMEMBERED {
            self.minutes.clear();
        }
        let (london, holidays) = (&self.london, &self.lists.holidays);
        *self
            .minutes
            .entry((start, end, pause))
            .or_insert_with(|| london.worked(holidays, (start, end), pause))
    }

    /// Class and admin-and-estates of a staff group.
    fn group(&mut self, shift: &Shift, remarks: &mut Vec<String>) -> Option<(Option<CapClass>, bool)> {
        let found = if let Some(found) = self.groups.get(&shift.staff_group) {
            *found
        } else {
            let text = format!(" {} ", plain(&shift.staff_group));
            let mut words = self.lists.staff_groups.iter();
            let found = words.find(|(word, _, _)| text.contains(&format!(" {word} ")));
            let found = found.map(|(_, class, admin)| (*class, *admin));
            if self.groups.len() >= REMEMBERED {
                self.groups.clear();
            }
            self.groups.insert(shift.staff_group.clone(), found);
            found
        };
        if found.is_none() {
            remarks.push(format!("staff group `{}` is not known: class by its grade", shift.staff_group));
        }
        // clinical staff are junior doctors or others by their grade
        found.map(|(class, admin)| (Some(class).filter(|class| *class == CapClass::NonClinical), admin))
    }

    /// Sum of minutes times cap over the bands, where every band has one.
    fn cap_of_shift(
        &mut self,
        shift: &Shift,
        minutes: &Minutes,
        class: Option<CapClass>,
        remarks: &mut Vec<String>,
    ) -> Option<i128> {
        let zone = self.zone(shift);
        if zone.is_none() {
            remarks.push(format!("zone of site `{}` is not known: cap without supplement", shift.site));
        }
        let mut sum = 0;
        for (band, minutes) in minutes.by_band().into_iter().filter(|(_, minutes)| *minutes > 0) {
            let query = CapQuery { grade: shift.grade.clone(), on: shift.on, zone, band, class };
            match self.strictest(query, remarks) {
                Ok(cap) => sum += i128::from(cap) * i128::from(minutes),
                Err(gap) => {
                    remarks.push(gap.to_string());
                    return None;
                }
            }
        }
        Some(sum)
    }

    fn zone(&self, shift: &Shift) -> Option<Zone> {
        let zones = self.lists.sites.get(&plain(&shift.site))?;
        in_force(zones, shift.on, |_| true).map(|row| row.value)
    }

    /// Is the pay of the whole shift above the maximum wages of its bands?
    fn over_wage_cap(&self, shift: &Shift, minutes: &Minutes) -> Option<bool> {
        if !self.wages {
            return None;
        }
        let paid = i128::from(shift.pay?) * i128::from(minutes.total());
        let mut most = 0;
        for (band, minutes) in minutes.by_band().into_iter().filter(|(_, minutes)| *minutes > 0) {
            let wage = self.rules.wage_cap((&shift.grade, shift.on), self.zone(shift), band)?;
            most += i128::from(wage) * i128::from(minutes);
        }
        Some(paid > most)
    }

    /// The cap; without the supplement or the enhancement where there is no rule for it, which makes it lower.
    fn strictest(&mut self, mut query: CapQuery, remarks: &mut Vec<String>) -> Result<i64, Gap> {
        loop {
            let answer = if let Some(known) = self.caps.get(&query) {
                known.clone()
            } else {
                let found = self.rules.cap(&query).map(|cap| cap.pence);
                self.caps.insert(query.clone(), found.clone());
                found
            };
            match answer {
                Err(gap @ Gap::Supplement(..)) => {
                    remarks.push(format!("{gap}: cap without supplement"));
                    query.zone = None;
                }
                Err(gap @ Gap::Enhancement(..)) => {
                    remarks.push(format!("{gap}: cap of core hours"));
                    query.band = TimeBand::Core;
                }
                other => return other,
            }
        }
    }

    /// The rule of a verdict on a day, for instance to say who signs it off.
    pub fn rule(&self, verdict: Verdict, on: Date) -> Option<&Dated<VerdictRule>> {
        in_force(&self.lists.rules, on, |rule| rule.verdict == verdict)
    }
}

/// What the tests look at.
struct Facts {
    charge: Option<i64>,
    /// Charge and cap of the whole shift, pence times 60.
    above: Option<(i128, i128)>,
    framework: Option<bool>,
    admin_estates: bool,
}

impl Facts {
    fn meet(&self, test: &Test, shift: &Shift) -> bool {
        let one = i128::from(ONE);
        match test {
            Test::OverCap => self.above.is_some_and(|(charged, cap)| charged > cap),
            Test::ShareOverCap(ppm) => {
                self.above.is_some_and(|(charged, cap)| charged * one >= cap * (one + i128::from(*ppm)))
            }
            Test::ChargeAbove(pence) => self.charge.is_some_and(|charge| charge > *pence),
            Test::ChargeAtOrAbove(pence) => self.charge.is_some_and(|charge| charge >= *pence),
            Test::OffFramework => self.framework == Some(false),
            Test::Grades(grades) => grades.iter().any(|grade| *grade == shift.grade),
            Test::AdminEstates => self.admin_estates,
        }
    }
}
