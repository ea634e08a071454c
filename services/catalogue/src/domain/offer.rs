//! Offers: what a supplier asks for an item, of whom, from which quantity, when and where.

use jiff::civil::Date;

use super::{unit::Unit, validity::Validity};

/// The word for every organisation of the catalogue.
pub const EVERYONE: &str = "ALL";

/// Where something is. Parts left out are not told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Territory {
    /// Country, two letters of ISO 3166-1.
    pub country: Option<String>,
    /// Part of the country.
    pub subentity: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postcode, or the beginning of one.
    pub postal_zone: Option<String>,
}

impl Territory {
    fn parts(&self) -> [Option<&str>; 4] {
        [
            self.country.as_deref(),
            self.subentity.as_deref(),
            self.city.as_deref(),
            self.postal_zone.as_deref(),
        ]
    }

    /// How many parts are told: the more, the narrower.
    pub fn depth(&self) -> usize {
        self.parts().into_iter().flatten().count()
    }

    /// Does a place lie in it? A place that does not tell a part which this one asks for lies outside.
    pub fn covers(&self, place: &Self) -> bool {
        let [.., zone] = self.parts();
        let same = |(wanted, found): (Option<&str>, Option<&str>)| match (wanted, found) {
            (None, _) => true,
            (Some(wanted), Some(found)) => plain(wanted) == plain(found),
            (Some(_), None) => false,
        };
        let near = match (zone, place.postal_zone.as_deref()) {
            (None, _) => true,
            (Some(zone), Some(found)) => plain(found).starts_with(&plain(zone)),
            (Some(_), None) => false,
        };
        self.parts().into_iter().zip(place.parts()).take(3).all(same) && near
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An offer of one price from one quantity on; further quantities are further offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Line in the file that it came from.
    pub line: u64,
    /// The item.
    pub item: String,
    /// Who may buy at it, by ODS code, or [`EVERYONE`].
    pub organisation: String,
    /// Who sells.
    pub supplier: String,
    /// Price of `per_quantity` units, in 1/100 pence.
    pub price: i64,
    /// Units that the price is for, in 1/1000, above zero.
    pub per_quantity: i64,
    /// The unit of price and quantities.
    pub unit: Unit,
    /// Least quantity to order at it, in 1/1000 units.
    pub min_quantity: i64,
    /// Most to order at it, in 1/1000 units.
    pub max_quantity: Option<i64>,
    /// Days on which it may be ordered at.
    pub valid: Validity,
    /// Where it holds; everywhere when nothing is told.
    pub territory: Territory,
    /// Days until delivery.
    pub lead_days: Option<i64>,
    /// Contract that it is of.
    pub contract: Option<String>,
}

/// What tells one offer from another: a later record with the same key corrects an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    item: String,
    organisation: String,
    supplier: String,
    territory: Territory,
    unit: &'static str,
    min_quantity: i64,
    from: Option<Date>,
}

impl Offer {
    /// What tells it from others.
    pub fn key(&self) -> Key {
        Key {
            item: self.item.clone(),
            organisation: self.organisation.clone(),
            supplier: self.supplier.clone(),
            territory: self.territory.clone(),
            unit: self.unit.code(),
            min_quantity: self.min_quantity,
            from: self.valid.from,
        }
    }

    /// What is odd about it, in one clause.
    pub fn fault(&self) -> Option<&'static str> {
        if self.price < 0 {
            Some("the price is below zero")
        } else if self.per_quantity <= 0 {
            Some("the quantity that the price is for is not above zero")
        } else if self.min_quantity < 0 {
            Some("the least quantity is below zero")
        } else if self.max_quantity.is_some_and(|most| most < self.min_quantity) {
            Some("the most that may be ordered is less than the least")
        } else if self.valid.is_backwards() {
            Some("it ends before it begins")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_covers_what_lies_in_it() {
        let territory = |country: &str, zone: &str| Territory {
            country: Some(country.to_owned()),
            postal_zone: (!zone.is_empty()).then(|| zone.to_owned()),
            ..Territory::default()
        };
        let lewisham = territory("gb", "SE13 6LH");
        assert!(Territory::default().covers(&lewisham) && territory("GB", "SE13").covers(&lewisham));
        assert!(!territory("GB", "SE1 6").covers(&territory("GB", "")));
        assert!(!territory("IE", "").covers(&lewisham) && !territory("GB", "BR").covers(&lewisham));
        assert_eq!(territory("GB", "SE13").depth(), 2);
    }
}
