import { noopMetricMeter, type MetricMeter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { FIGURES, record, shownName, type FigureName } from '../../../workflows/figures.ts';

describe.each(Object.keys(FIGURES) as FigureName[])('%s', (name) => {
  const { unit, kind, buckets, meaning } = FIGURES[name];

  it('is named as Prometheus wants it: the base unit, then total for what is counted', () => {
    expect(shownName(name)).toMatch(/^longhand_[a-z]+(_[a-z]+)*$/);
    expect(shownName(name).endsWith('_total')).toBe(kind === 'counter');
    expect(name).not.toMatch(/_(seconds|bytes|total)$/);
    if (unit !== null) expect(shownName(name)).toContain(`_${unit}`);
  });

  it('has buckets that rise where it is a histogram, and a sentence', () => {
    expect(buckets.length > 0).toBe(kind === 'histogram');
    expect([...buckets].sort((a, b) => a - b)).toEqual(buckets);
    expect(meaning).toMatch(/\.$/);
  });
});

it('counts whole numbers alone where a unit can have parts: the exporter drops them', () => {
  for (const { kind, unit } of Object.values(FIGURES)) {
    if (kind === 'counter') expect(unit).not.toBe('seconds');
  }
});

it('a value goes to the instrument of its kind, with its labels', () => {
  const recorded: unknown[] = [];
  const meter: MetricMeter = {
    withTags: () => meter,
    createCounter: (name, unit) => ({
      ...noopMetricMeter.createCounter(name),
      add: (value, labels) => recorded.push([name, unit, value, labels]),
    }),
    createGauge: (name, type, unit) => ({
      ...noopMetricMeter.createGauge(name),
      set: (value, labels) => recorded.push([name, type, unit, value, labels]),
    }),
    createHistogram: (name, type, unit) => ({
      ...noopMetricMeter.createHistogram(name),
      record: (value, labels) => recorded.push([name, type, unit, value, labels]),
    }),
  };
  record(meter, 'longhand_gaps', 2, { code: 'LH_GAP' });
  record(meter, 'longhand_memory_peak', 7, { device: 'cpu' });
  record(meter, 'longhand_stage_duration', 0.5, { stage: 'ingest' });
  expect(recorded).toEqual([
    ['longhand_gaps', undefined, 2, { code: 'LH_GAP' }],
    ['longhand_memory_peak_bytes', 'int', 'bytes', 7, { device: 'cpu' }],
    ['longhand_stage_duration', 'float', 'seconds', 0.5, { stage: 'ingest' }],
  ]);
});
