//! Items as they are put in, and what a search is narrowed to.

/// A class of a scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// The scheme: `eclass`, `unspsc`, `cpv`; upper and lower case are one.
    pub scheme: String,
    /// The code, or how it begins.
    pub code: String,
}

/// An item as it is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Key, unique in the index; putting an item in replaces the one of the same key.
    pub key: String,
    /// Descriptions, maker, brand: everything whose words it is found by.
    pub texts: Vec<String>,
    /// GTINs and codes of maker and suppliers, as they are written.
    pub codes: Vec<String>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Suppliers that offer it.
    pub suppliers: Vec<String>,
    /// Organisations that have it, by ODS code.
    pub organisations: Vec<String>,
}

/// What a search is narrowed to; what is empty narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// A class or the beginning of one.
    pub class: Option<Class>,
    /// One of these suppliers, written as they were put in.
    pub suppliers: Vec<String>,
    /// One of these organisations.
    pub organisations: Vec<String>,
}
