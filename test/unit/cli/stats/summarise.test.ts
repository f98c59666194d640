import { expect, it } from 'vitest';
import { Exposition } from '../../../../client/cli/stats/exposition.ts';
import { devicesOf, totalsOf } from '../../../../client/cli/stats/summarise.ts';

const GPU = `
longhand_engines{device="cpu"} 2
longhand_chunks_total{device="cpu",source="device"} 9
longhand_chunks_total{device="cpu",source="store"} 4
longhand_batch_size_sum{device="cpu",precision="int8"} 9
longhand_batch_room_total{device="cpu",precision="int8"} 12
longhand_batch_duration_seconds_sum{device="cpu"} 6
longhand_chunk_audio_seconds_sum{device="cpu"} 100
longhand_chunk_real_time_factor_bucket{device="cpu",le="0.02"} 5
longhand_chunk_real_time_factor_bucket{device="cpu",le="0.04"} 9
longhand_chunk_real_time_factor_bucket{device="cpu",le="+Inf"} 10
longhand_memory_peak_bytes{device="cpu"} 7e8
longhand_errors_total{activity="transcribe",code="LH_OUT_OF_MEMORY"} 3
longhand_retries_total{activity="transcribe"} 2
`;
const MEDIA = `
longhand_errors_total{activity="ingest",code="LH_AUDIO_UNREADABLE"} 1
longhand_retries_total{activity="ingest"} 1
longhand_text_time_ratio_bucket{le="0.001"} 6
longhand_text_time_ratio_bucket{le="0.002"} 12
longhand_text_time_ratio_bucket{le="+Inf"} 12
longhand_downloads_total{kind="tool",outcome="done"} 2
longhand_downloads_total{kind="tool",outcome="failed"} 1
longhand_download_bytes_total{kind="tool"} 5
`;

it('a device is summed up as its figures say', () => {
  const [device, ...others] = devicesOf('http://gpu', new Exposition(GPU));
  expect(others).toEqual([]);
  expect(device).toEqual({
    worker: 'http://gpu',
    device: 'cpu',
    engines: 2,
    transcribed: 9,
    found: 4,
    chunk: { p50: null, p95: null, p99: null },
    queueWait: { p50: null, p95: null, p99: null },
    // Six seconds of two engines are three of the device.
    realTimeFactor: { mean: 0.03, p50: 0.02, p95: 0.04, p99: 0.04 },
    batchEfficiency: 0.75,
    memoryPeak: 7e8,
    outOfMemory: 3,
    errors: 3,
  });
});

it('all workers are summed up together', () => {
  expect(totalsOf(new Exposition(`${GPU}\n${MEDIA}\n${MEDIA}`))).toEqual({
    falls: 0,
    gaps: 0,
    retries: 4,
    errors: { LH_OUT_OF_MEMORY: 3, LH_AUDIO_UNREADABLE: 2 },
    textShare: {
      p50: 0.001,
      p95: expect.closeTo(0.0019, 9) as number,
      p99: expect.closeTo(0.00198, 9) as number,
    },
    downloads: { files: 4, failed: 2, bytes: 10 },
  });
});
