//! What the bus tells about itself, through the process's meter.

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram},
};

/// Instruments of the relay and the consumers; the names are part of the dashboards.
#[derive(Clone)]
pub struct Metrics {
    relay_lag: Gauge<f64>,
    outbox_pending: Gauge<u64>,
    consumer_lag: Gauge<u64>,
    retries: Counter<u64>,
    dead_letters: Counter<u64>,
    handle: Histogram<f64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let meter = opentelemetry::global::meter("muster");
        Self {
            relay_lag: meter
                .f64_gauge("muster_relay_lag_seconds")
                .with_description("age of the oldest event that the bus has not taken yet")
                .build(),
            outbox_pending: meter
                .u64_gauge("muster_outbox_pending")
                .with_description("events that the bus has not taken yet")
                .build(),
            consumer_lag: meter
                .u64_gauge("muster_consumer_lag")
                .with_description("events whose effect a consumer has not had yet")
                .build(),
            retries: meter
                .u64_counter("muster_consumer_retries_total")
                .with_description("attempts that failed and are made again")
                .build(),
            dead_letters: meter
                .u64_counter("muster_dead_letters_total")
                .with_description("events that a consumer gave up on")
                .build(),
            handle: meter
                .f64_histogram("muster_consumer_handle_seconds")
                .with_description("time that a handler took for one event")
                .with_unit("s")
                .with_boundaries(muster_kit::server::LATENCY_SECONDS.to_vec())
                .build(),
        }
    }
}

impl Metrics {
    pub(crate) fn outbox(&self, service: &str, pending: u64, lag_seconds: f64) {
        let labels = [KeyValue::new("service", service.to_owned())];
        self.outbox_pending.record(pending, &labels);
        self.relay_lag.record(lag_seconds, &labels);
    }

    pub(crate) fn lag(&self, consumer: &str, events: u64) {
        self.consumer_lag.record(events, &[KeyValue::new("consumer", consumer.to_owned())]);
    }

    pub(crate) fn retry(&self, consumer: &str) {
        self.retries.add(1, &[KeyValue::new("consumer", consumer.to_owned())]);
    }

    pub(crate) fn dead_letter(&self, consumer: &str) {
        self.dead_letters.add(1, &[KeyValue::new("consumer", consumer.to_owned())]);
    }

    pub(crate) fn handled(&self, consumer: &str, seconds: f64) {
        self.handle.record(seconds, &[KeyValue::new("consumer", consumer.to_owned())]);
    }
}
