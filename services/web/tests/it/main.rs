//! Pages over services with known answers, and projections over a real database.

#[path = "../fixture/mod.rs"]
mod fixture;

mod pages;
mod projections;
mod sign_in;
