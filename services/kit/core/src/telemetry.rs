//! Logs to stderr; traces and metrics to an OTLP collector when one is named.

use std::io::IsTerminal;

use opentelemetry::{global, trace::TracerProvider as _};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource, metrics::SdkMeterProvider, propagation::TraceContextPropagator, trace::SdkTracerProvider,
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Error, Result,
    config::{LogFormat, Telemetry},
};

/// Flushes what is pending when it is closed.
#[derive(Debug, Default)]
pub struct Guard {
    traces: Option<SdkTracerProvider>,
    metrics: Option<SdkMeterProvider>,
}

impl Guard {
    /// Sends what is pending and stops; call it last, off the async threads.
    pub fn close(self) {
        if let Some(Err(error)) = self.traces.map(|provider| provider.shutdown()) {
            tracing::debug!(%error, "last traces not sent");
        }
        if let Some(Err(error)) = self.metrics.map(|provider| provider.shutdown()) {
            tracing::debug!(%error, "last metrics not sent");
        }
    }
}

/// Starts telemetry for a process. Must run inside the async runtime when an endpoint is named.
///
/// # Errors
/// Bad request when the log directives or the endpoint are wrong.
pub fn start(config: &Telemetry, process: &str) -> Result<Guard> {
    // what libraries say of their ordinary work is of no interest to those who run a node
    let directives = format!("sea_orm_migration=warn,sqlx=warn,async_nats=warn,h2=warn,{}", config.log);
    let filter = EnvFilter::try_new(directives).map_err(|error| {
        Error::bad_request(format!("configuration `telemetry.log`: {error}")).with_source(error)
    })?;
    // without this a span never entered a recorder and no trace id reaches outbox, headers or audit
    global::set_text_map_propagator(TraceContextPropagator::new());
    let resource = Resource::builder().with_service_name(format!("muster-{process}")).build();
    let traces = traces(config, resource.clone())?;
    let metrics = metrics(config, resource)?;
    if let Some(provider) = &metrics {
        global::set_meter_provider(provider.clone());
    }
    let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer("muster"));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match config.log_format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let spans_of = EnvFilter::new("info,h2=off,hyper=off,tonic=off,sqlx=off");
    tracing_subscriber::registry()
        .with(spans.with_filter(spans_of))
        .with(lines.with_filter(filter))
        .try_init()
        .map_err(|error| Error::internal("telemetry started twice").with_source(error))?;
    Ok(Guard { traces: Some(traces), metrics })
}

/// Spans get ids whether or not anybody collects them: outbox and audit rows carry them.
fn traces(config: &Telemetry, resource: Resource) -> Result<SdkTracerProvider> {
    let builder = SdkTracerProvider::builder().with_resource(resource);
    if config.otlp_endpoint.is_empty() {
        return Ok(builder.build());
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&config.otlp_endpoint)
        .build()
        .map_err(|error| wrong_endpoint(config, error))?;
    Ok(builder.with_batch_exporter(exporter).build())
}

fn metrics(config: &Telemetry, resource: Resource) -> Result<Option<SdkMeterProvider>> {
    if config.otlp_endpoint.is_empty() {
        return Ok(None);
    }
    let exporter = opentelemetry_otlp::MetricExporter::builder()
        .with_tonic()
        .with_endpoint(&config.otlp_endpoint)
        .build()
        .map_err(|error| wrong_endpoint(config, error))?;
    Ok(Some(SdkMeterProvider::builder().with_resource(resource).with_periodic_exporter(exporter).build()))
}

fn wrong_endpoint(config: &Telemetry, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::bad_request(format!(
        "configuration `telemetry.otlp_endpoint`: `{}` is no endpoint",
        config.otlp_endpoint
    ))
    .with_source(error)
}
