import { FIGURES, shownName, type FigureName } from '../../workflows/figures.ts';

/** Figures of all workers, of gpu workers, of media workers: the name of each group's first, in the order of the table. */
const GROUPS: readonly (readonly [first: FigureName, title: string])[] = [
  ['longhand_queue_wait', 'Of every worker'],
  ['longhand_chunk_wait', 'Of a gpu worker'],
  ['longhand_falls', 'Of a media worker, by its workflows'],
];

const INTRODUCTION = `<!-- Made from workflows/figures.ts; see CONTRIBUTING.md. -->

# Figures

What workers count since they began, as \`/metrics\` of their endpoint shows it in Prometheus's text format; how to get at it is
in [operating.md](operating.md#figures-and-health). Temporal's own figures of the worker (\`temporal_…\`) stand beside them.
To a collector of OpenTelemetry they go by the same names, with the unit apart.

Labels have few values each, and never an ID: \`device\` is \`cpu\` or \`cuda:0\`, \`code\` one of [errors.md](errors.md),
\`activity\` one of the workflows' activities (\`ingest\`, \`plan\`, \`transcribe\` …), \`kind\` of what was fetched is \`model\`, \`tool\` or \`source\`.
What media workers count has \`namespace\`, \`taskQueue\` and \`workflowType\` beside.

## What they give

| wanted | query |
| --- | --- |
| the time that 95 of 100 chunks do not exceed | \`histogram_quantile(0.95, sum by (le, device) (rate(longhand_chunk_duration_seconds_bucket[5m])))\` |
| real-time factor that 95 of 100 chunks do not exceed: seconds of a device for a second of speech | \`histogram_quantile(0.95, sum by (le, device) (rate(longhand_chunk_real_time_factor_bucket[5m])))\` |
| the same of all speech together, whose inverse is the speed of a device that has enough to do | \`sum by (device) (rate(longhand_batch_duration_seconds_sum[5m])) / sum by (device) (rate(longhand_chunk_audio_seconds_sum[5m])) / sum by (device) (longhand_engines)\` |
| batch efficiency | \`sum by (device) (rate(longhand_batch_size_sum[5m])) / sum by (device) (rate(longhand_batch_room_total[5m]))\` |
| the part of chunks that cost nothing | \`sum(rate(longhand_chunks_total{source="store"}[1h])) / sum(rate(longhand_chunks_total[1h]))\` |
| the part of its time that 95 of 100 transcriptions do not exceed for the text's steps | \`histogram_quantile(0.95, sum by (le) (rate(longhand_text_time_ratio_bucket[1h])))\` |
`;

/** The Markdown of `docs/figures.md`: the table of figures, grouped by the workers that have them. */
export function figuresPage(): string {
  const names = Object.keys(FIGURES) as FigureName[];
  const starts = GROUPS.map(([first]) => names.indexOf(first));
  const sections = GROUPS.map(([, title], index) => {
    const rows = names.slice(starts[index], starts[index + 1]).map(row);
    return `## ${title}\n\n| figure | labels | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

function row(name: FigureName): string {
  const { labels, kind, meaning } = FIGURES[name];
  return `| \`${shownName(name)}\` (${kind}) | ${labels.join(', ')} | ${meaning} |`;
}
