import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** What OpenTelemetry calls them. */
const MESSAGES = ['exception.message', 'exception.stacktrace'];

/** The same, without the messages and stack traces of errors, which name sources. */
export const hushed = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(withoutMessages), done),
  shutdown: () => exporter.shutdown(),
});

function withoutMessages(span: ReadableSpan): ReadableSpan {
  const status = { code: span.status.code };
  const events = span.events.map(({ attributes = {}, ...event }) => {
    const kept = Object.entries(attributes).filter(([name]) => !MESSAGES.includes(name));
    return { ...event, attributes: Object.fromEntries(kept) };
  });
  // A span is an object of a class, whose methods are wanted too.
  return Object.create(span, { status: { value: status }, events: { value: events } }) as ReadableSpan;
}
