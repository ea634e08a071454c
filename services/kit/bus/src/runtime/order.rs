//! Keeps the order of an aggregate while one of its events waits for another attempt: the later ones are parked.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use tokio::time::Instant;

use crate::{Delivery, Receipt};

#[derive(Default)]
struct Held {
    /// Events that failed and come again: position, and when to stop waiting for it.
    failed: BTreeMap<u64, Instant>,
    /// Later events of the aggregate.
    parked: BTreeMap<u64, Delivery>,
}

/// The aggregates of one consumer that have an event to come again.
#[derive(Default)]
pub(super) struct Order {
    held: HashMap<String, Held>,
}

impl Order {
    /// Lets a delivery pass, or parks it behind one that failed.
    pub(super) fn admit(&mut self, delivery: Delivery) -> Option<Delivery> {
        if self.held.is_empty() {
            return Some(delivery);
        }
        let Some(held) = self.held.get_mut(&delivery.event.order_key()) else { return Some(delivery) };
        let behind = held.failed.range(..delivery.position).next().is_some();
        if !behind {
            return Some(delivery);
        }
        // the bus delivered a parked one again: the older answer would end the newer delivery
        if let Some(older) = held.parked.insert(delivery.position, delivery) {
            older.forget();
        }
        None
    }

    /// Notes that an event failed and is to come again before `until`.
    pub(super) fn failed(&mut self, key: String, position: u64, until: Instant) {
        self.held.entry(key).or_default().failed.insert(position, until);
    }

    /// Notes that an event is done with; gives the parked ones that may go now.
    pub(super) fn settled(&mut self, key: &str, position: u64) -> Vec<Delivery> {
        let Some(held) = self.held.get_mut(key) else { return Vec::new() };
        held.failed.remove(&position);
        let released = match held.failed.keys().next() {
            Some(next) => {
                let later = held.parked.split_off(next);
                std::mem::replace(&mut held.parked, later)
            }
            None => std::mem::take(&mut held.parked),
        };
        if held.failed.is_empty() && held.parked.is_empty() {
            self.held.remove(key);
        }
        released.into_values().collect()
    }

    /// Aggregates whose failed event did not come back (another worker has it): what is parked goes back to the bus.
    pub(super) fn overdue(&mut self, now: Instant) -> Vec<Delivery> {
        let mut given_back = Vec::new();
        self.held.retain(|_, held| {
            if held.failed.values().any(|until| *until > now) {
                return true;
            }
            given_back.extend(std::mem::take(&mut held.parked).into_values());
            false
        });
        given_back
    }

    /// Everything parked, at the end.
    pub(super) fn drain(&mut self) -> Vec<Delivery> {
        self.held.drain().flat_map(|(_, held)| held.parked.into_values()).collect()
    }

    /// How the parked ones are answered, to say that they are still wanted.
    pub(super) fn receipts(&self) -> Vec<Arc<dyn Receipt>> {
        self.held.values().flat_map(|held| held.parked.values()).filter_map(Delivery::receipt).collect()
    }
}
