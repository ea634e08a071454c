//! Pages over services with known answers, and projections over a real database.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

#[path = "../fixture/mod.rs"]
mod fixture;

mod agency;
mod back_office;
mod backtest;
mod cases;
mod catalogue;
mod cover;
mod editions;
mod explorer;
mod levers;
mod made_up;
mod need;
mod pages;
mod parameters;
mod projections;
mod rounds;
mod sign_in;
mod tracker;
mod trusts;
