# Merged by mscli: `mscli update` merges new versions into it.
"""OpenTelemetry: traces and metrics by OTLP over HTTP, and trace ids in the log.

Off, and not even imported, unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set. The rest of `OTEL_*` is
read by OpenTelemetry itself.
"""

import logging
import os

from fastapi import FastAPI


def start_telemetry(app: FastAPI, name: str) -> None:
    """Trace every request, call and query, if an endpoint is set."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    from opentelemetry import metrics, trace
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.instrumentation.utils import suppress_instrumentation
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", name)})
    if os.environ.get("OTEL_TRACES_EXPORTER") != "none":
        tracer_provider = TracerProvider(resource=resource)
        tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(tracer_provider)
    if os.environ.get("OTEL_METRICS_EXPORTER") != "none":
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        metrics.set_meter_provider(MeterProvider([reader], resource=resource))

    app.state.service.untraced = suppress_instrumentation
    FastAPIInstrumentor.instrument_app(
        app, excluded_urls="/livez$,/readyz$,/metrics$,/wiring$", exclude_spans=["receive", "send"]
    )
    AsyncPGInstrumentor().instrument()  # type: ignore[no-untyped-call]

    def add_trace(record: logging.LogRecord) -> bool:
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            record.trace_id = trace.format_trace_id(context.trace_id)
            record.span_id = trace.format_span_id(context.span_id)
        return True

    for handler in logging.getLogger().handlers:
        handler.addFilter(add_trace)
