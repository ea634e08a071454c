//! Which keys may stand where. The reader and a test of the published schema both go by these tables.

pub(crate) use muster_document::Shape;

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
    DOCUMENT "document" ["lots", "bids"] ["schema", "title", "constraints"]
    LOT "lot" ["id", "quantity"] []
    BID "bid" ["id", "supplier", "lots"] ["price_pence", "tiers", "kind", "requires"]
    TIER "tier" ["min_quantity", "unit_price_pence"] []
    CONSTRAINTS "constraints" []
        ["max_suppliers", "max_share_per_supplier", "share_of", "excluded", "switching_cost_pence"]
    VETO "veto" ["supplier", "lot"] ["organisation"]
}
