//! The catalogue against the vectors of its sources, brute force and real files.

mod made;
mod peppol;
mod prices;
mod tables;
