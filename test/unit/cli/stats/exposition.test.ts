import { describe, expect, it } from 'vitest';
import { Exposition } from '../../../../client/cli/stats/exposition.ts';

const figures = new Exposition(`# HELP chunks_total Chunks.
# TYPE chunks_total counter
chunks_total{device="cpu",source="store"} 3
chunks_total{device="cuda:0",source="device"} 4.5e1
took_bucket{device="cpu",le="0.5"} 1
took_bucket{device="cpu",le="+Inf"} 2
took_bucket{device="cuda:0",le="+Inf"} 5
took_bucket{device="cuda:0",le="0.5"} 4
bare 7 1700000000000
odd{name="a \\"b\\", {c}\\\\ \\nd"} 1

not a sample
`);

describe('an exposition', () => {
  it('sums the values of a name over what is not asked for', () => {
    expect(figures.sum('chunks_total')).toBe(48);
    expect(figures.sum('chunks_total', { device: 'cuda:0' })).toBe(45);
    expect(figures.sum('bare')).toBe(7);
    expect(figures.sum('chunks')).toBe(0);
  });

  it('sums them by a label', () => {
    expect(figures.sumsBy('chunks_total', 'source')).toEqual({ store: 3, device: 45 });
    expect(figures.labelled('chunks_total', 'device')).toEqual(['cpu', 'cuda:0']);
  });

  it('gives the buckets of a histogram in rising order, the labels together', () => {
    expect(figures.buckets('took')).toEqual([
      { bound: 0.5, count: 5 },
      { bound: Infinity, count: 7 },
    ]);
    expect(figures.buckets('took', { device: 'cpu' })[0]).toEqual({ bound: 0.5, count: 1 });
  });

  it('reads escaped labels', () => {
    expect(figures.labelled('odd', 'name')).toEqual(['a "b", {c}\\ \nd']);
  });
});
