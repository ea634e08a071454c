//! Units of figures in descriptions, words of packs and words of sizes.

/// What a figure counts. Figures are compared only within one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Dimension {
    /// No unit given.
    Bare,
    /// Millimetres.
    Length,
    /// Millilitres.
    Volume,
    /// Grams, and the gauge of needles: both are written `g`, and no item has both.
    GramOrGauge,
    /// French gauge of catheters.
    French,
    /// Per cent.
    Share,
    /// Watts.
    Power,
    /// Volts.
    Voltage,
    /// Bytes, in megabytes.
    Memory,
    /// Hertz, in megahertz.
    Frequency,
    /// Micrometres, as of filters.
    Pore,
    /// Pixels, in megapixels.
    Pixels,
    /// International units.
    Units,
}

/// Dimension of a unit and how many thousandths of the dimension's base it is.
pub(crate) fn unit(word: &str) -> Option<(Dimension, u64)> {
    use Dimension as D;
    Some(match word {
        "mm" | "millimetre" | "millimeter" | "millimetres" | "millimeters" => (D::Length, 1_000),
        "cm" | "cms" | "centimetre" | "centimeter" | "centimetres" | "centimeters" => (D::Length, 10_000),
        "m" | "mtr" | "mtrs" | "metre" | "metres" | "meter" | "meters" => (D::Length, 1_000_000),
        "in" | "inch" | "inches" | "ins" => (D::Length, 25_400),
        "ft" | "foot" | "feet" => (D::Length, 304_800),
        "ml" | "mls" | "cc" | "millilitre" | "milliliter" | "millilitres" => (D::Volume, 1_000),
        "cl" => (D::Volume, 10_000),
        "l" | "lt" | "ltr" | "ltrs" | "litre" | "litres" | "liter" | "liters" => (D::Volume, 1_000_000),
        "ul" => (D::Volume, 1),
        "g" | "gm" | "gms" | "gram" | "grams" | "ga" | "gauge" | "swg" => (D::GramOrGauge, 1_000),
        "kg" | "kgs" | "kilo" | "kilos" => (D::GramOrGauge, 1_000_000),
        "mg" => (D::GramOrGauge, 1),
        "fr" | "fg" | "ch" | "french" | "charriere" => (D::French, 1_000),
        "%" | "percent" | "pct" => (D::Share, 1_000),
        "w" | "watt" | "watts" => (D::Power, 1_000),
        "kw" => (D::Power, 1_000_000),
        "v" | "volt" | "volts" => (D::Voltage, 1_000),
        "mb" => (D::Memory, 1_000),
        "gb" | "gig" => (D::Memory, 1_000_000),
        "tb" => (D::Memory, 1_000_000_000),
        "mhz" => (D::Frequency, 1_000),
        "ghz" => (D::Frequency, 1_000_000),
        "um" | "micron" | "microns" => (D::Pore, 1_000),
        "mp" | "megapixel" | "megapixels" => (D::Pixels, 1_000),
        "iu" => (D::Units, 1_000),
        _ => return None,
    })
}

/// Words that make a figure beside them the number of pieces in a pack.
pub(crate) fn is_pack(word: &str) -> bool {
    matches!(
        word,
        "pack"
            | "packs"
            | "pk"
            | "pks"
            | "pkt"
            | "pckt"
            | "packet"
            | "box"
            | "boxes"
            | "bx"
            | "case"
            | "cases"
            | "carton"
            | "cartons"
            | "ctn"
            | "bag"
            | "bags"
            | "bg"
            | "sleeve"
            | "tub"
            | "tray"
            | "ct"
            | "count"
            | "pcs"
            | "pc"
            | "piece"
            | "pieces"
            | "qty"
    )
}

/// Words for one piece.
pub(crate) fn is_single(word: &str) -> bool {
    matches!(word, "each" | "ea" | "single" | "singles" | "singly")
}

/// Sizes by letters and by words, as a bit each from extra extra small to extra extra extra large.
pub(crate) fn size(word: &str) -> Option<u8> {
    Some(match word {
        "xxs" => 1,
        "xs" | "xsmall" => 1 << 1,
        "small" | "sml" | "sm" => 1 << 2,
        "medium" | "med" | "md" => 1 << 3,
        "large" | "lge" | "lrg" | "lg" => 1 << 4,
        "xl" | "xlarge" | "xlge" => 1 << 5,
        "xxl" | "2xl" | "xxlarge" => 1 << 6,
        "xxxl" | "3xl" => 1 << 7,
        _ => return None,
    })
}

/// The next size after `extra` or `x`.
pub(crate) fn extra(size: u8) -> u8 {
    match size {
        4 => 2,
        16 => 32,
        other => other,
    }
}

/// Words that say nothing of an item.
pub(crate) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "and"
            | "as"
            | "at"
            | "by"
            | "for"
            | "from"
            | "in"
            | "is"
            | "it"
            | "of"
            | "on"
            | "or"
            | "per"
            | "the"
            | "to"
            | "w"
            | "with"
    )
}
