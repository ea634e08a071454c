//! What the back office computes, against the vectors of its sources.

mod sharing;
