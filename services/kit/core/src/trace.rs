//! W3C trace context, in and out of the current span.

use std::collections::HashMap;

use opentelemetry::{Context, propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header and attribute of the W3C trace context.
pub const TRACEPARENT: &str = "traceparent";

/// The `traceparent` of the current span; empty when nothing is recorded.
pub fn current_traceparent() -> String {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return String::new();
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    carrier.remove(TRACEPARENT).unwrap_or_default()
}

/// The context that a `traceparent` names; an empty one when it names none.
pub fn context_of(traceparent: &str) -> Context {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    TraceContextPropagator::new().extract(&carrier)
}

/// Makes the span a child of what `traceparent` names. Call it on a span that was made but not yet entered: later it
/// has no effect, which is why the result is checked.
pub fn set_parent(span: &Span, traceparent: &str) {
    if traceparent.is_empty() || span.is_disabled() {
        return;
    }
    if let Err(error) = span.set_parent(context_of(traceparent)) {
        tracing::debug!(%error, "span has no parent set");
    }
}

/// Starts a task that stays in the caller's trace. A plain `tokio::spawn` would leave it, and what the task publishes
/// would belong to no trace.
pub fn spawn<T: Send + 'static>(
    task: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task.in_current_span())
}

/// The trace id of the current span as hex; empty when nothing is recorded.
pub fn current_trace_id() -> String {
    let context = Span::current().context();
    let span = context.span();
    let span_context = span.span_context();
    if span_context.is_valid() { span_context.trace_id().to_string() } else { String::new() }
}
