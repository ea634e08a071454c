//! Lines of purchase: what was bought, of whom, in which unit, and what one consumable unit of it cost.

use jiff::civil::Date;

use super::{pack::Normalised, ratio::Ratio, unit::Unit};

/// Pence by which the net amount may differ from quantity times price (the line arithmetic of Peppol BIS Billing 3.0).
pub const TOLERANCE_PENCE: i64 = 2;

/// A line of purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Line in the file.
    pub line: u64,
    /// What the organisation calls the line.
    pub reference: String,
    /// Who bought, by ODS code.
    pub organisation: String,
    /// Day of the order, or of the invoice where only that is known.
    pub on: Date,
    /// Of whom.
    pub supplier: String,
    /// The organisation's item; nothing = not on its catalogue.
    pub item: Option<String>,
    /// What it is.
    pub description: String,
    /// How much, in 1/1000 units; below zero when it was sent back.
    pub quantity: i64,
    /// Unit of quantity and price.
    pub unit: Unit,
    /// Consumable units in one unit, where the line says so.
    pub pack_size: Option<i64>,
    /// Price of one unit, in 1/100 pence.
    pub unit_price: i64,
    /// Net amount, in pence.
    pub net: i64,
    /// Purchase order.
    pub order: Option<String>,
    /// Was it bought from a catalogue?
    pub on_catalogue: Option<bool>,
    /// Was it bought under a contract?
    pub under_contract: Option<bool>,
    /// Way that it was bought, such as `supply-chain` or `direct`.
    pub channel: Option<String>,
}

impl Purchase {
    /// How far the net amount is from quantity times price, in pence, rounded half away from zero.
    pub fn difference(&self) -> i64 {
        let product = i128::from(self.quantity) * i128::from(self.unit_price);
        let exact = Ratio::new(product, 100_000).map_or(0, |pence| pence.rounded(1));
        self.net.saturating_sub(exact)
    }
}

/// Why a line has no number of consumable units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPack {
    /// Neither the line nor its item says how many are in a unit.
    Unknown,
    /// The line says another pack size than its item.
    Differs,
}

/// Consumable units in one unit of a line: what the item's pack says, and the line's own pack size where the item says nothing.
///
/// # Errors
/// When nobody says it, or the two say different things: that is asked, never guessed.
pub fn consumables_each(
    unit: Unit,
    pack_size: Option<i64>,
    pack: Option<&Normalised>,
) -> Result<Ratio, NoPack> {
    let of_item = pack.and_then(|pack| pack.consumables_in(unit));
    match (of_item, pack_size.map(Ratio::whole)) {
        (Some(item), Some(line)) if item != line => Err(NoPack::Differs),
        (Some(each), _) | (None, Some(each)) => Ok(each),
        (None, None) => Err(NoPack::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pack::Pack;

    #[test]
    fn what_is_not_told_twice_alike_is_asked() {
        let (bx, each) = (Unit::of("BX").unwrap(), Unit::each());
        let pack = Pack { orderable: bx, pack_size: 100, content: None }.normalise().unwrap();
        assert_eq!(consumables_each(bx, None, Some(&pack)), Ok(Ratio::whole(100)));
        assert_eq!(consumables_each(bx, Some(100), Some(&pack)), Ok(Ratio::whole(100)));
        assert_eq!(consumables_each(bx, Some(50), Some(&pack)), Err(NoPack::Differs));
        assert_eq!(consumables_each(each, None, Some(&pack)), Ok(Ratio::ONE));
        assert_eq!(consumables_each(bx, Some(50), None), Ok(Ratio::whole(50)));
        assert_eq!(consumables_each(bx, None, None), Err(NoPack::Unknown));
    }
}
