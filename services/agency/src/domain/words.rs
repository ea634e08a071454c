//! The field's own words.

/// High-cost area of a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// Inner London.
    Inner,
    /// Outer London.
    Outer,
    /// Fringe of London.
    Fringe,
}

/// Time of a shift as pay sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeBand {
    /// Weekdays 06:00 to 20:00.
    Core,
    /// Saturdays, and weekdays 20:00 to 06:00.
    SaturdayNight,
    /// Sundays and public holidays.
    SundayHoliday,
}

/// Group of staff that a price cap distinguishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CapClass {
    /// Doctors in training.
    JuniorDoctor,
    /// Other medical and clinical staff.
    Clinical,
    /// Everybody else.
    NonClinical,
}

/// What a row of a rate card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateKind {
    /// Top of a pay band.
    PayScale,
    /// Published price cap.
    Cap,
    /// Published maximum wage.
    WageCap,
    /// Bank rate of an organisation.
    Bank,
    /// Bank rate that several organisations share.
    Joint,
}

/// What an amount is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A year of whole-time work.
    Year,
    /// An hour.
    Hour,
}

/// Words of a closed list, as files and commands write them.
pub trait Word: Copy + PartialEq + 'static {
    /// Every word with its value.
    const WORDS: &'static [(&'static str, Self)];

    /// The word for a value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

impl Word for Zone {
    const WORDS: &'static [(&'static str, Self)] =
        &[("inner", Self::Inner), ("outer", Self::Outer), ("fringe", Self::Fringe)];
}

impl Word for TimeBand {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("core", Self::Core),
        ("saturday-night", Self::SaturdayNight),
        ("sunday-holiday", Self::SundayHoliday),
    ];
}

impl Word for CapClass {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("junior-doctor", Self::JuniorDoctor),
        ("clinical", Self::Clinical),
        ("non-clinical", Self::NonClinical),
    ];
}

impl Word for RateKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("pay-scale", Self::PayScale),
        ("cap", Self::Cap),
        ("wage-cap", Self::WageCap),
        ("bank", Self::Bank),
        ("joint", Self::Joint),
    ];
}

impl Word for Unit {
    const WORDS: &'static [(&'static str, Self)] = &[("year", Self::Year), ("hour", Self::Hour)];
}

/// Letters and digits in lower case, everything else one blank: `C&M?PMS PCO` is `c m pms pco`.
pub fn plain(text: &str) -> String {
    parted(text, ' ')
}

/// A grade as the rules write it: `Band 8a` is `band-8a`.
pub fn grade(text: &str) -> String {
    parted(text, '-')
}

/// Letters and digits in lower case, with one sign for whatever stands between them.
fn parted(text: &str, sign: char) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut between = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if between && !parted.is_empty() {
                parted.push(sign);
            }
            parted.push(c.to_ascii_lowercase());
            between = false;
        } else {
            between = true;
        }
    }
    parted
}
