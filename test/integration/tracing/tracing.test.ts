import { describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { until } from '../../support/until.ts';
import { audio } from '../cli/command.ts';
import { Collector, TO_THE_ENGINE } from './collector.ts';

const LIMIT = 180_000;

describe('a transcription whose traces are collected', { timeout: LIMIT }, () => {
  it('is one trace, from the command over workflow and activities to the steps of the engine', async () => {
    await using home = await testHome();
    await using collector = await Collector.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    const { status, stdout } = await longhand(home.path, ['transcribe', audio('en/jfk.flac')], env).outcome;
    expect(status).toBe(0);
    expect(stdout).toContain('your country');
    // Each process sends its own, the last of them as it ends.
    for (const name of ['RunWorkflow:transcription', 'RunActivity:transcribe', 'RunActivity:publish']) {
      await until(() => collector.named(name).length === 1, `Expected ${name}`);
    }

    const { spans } = collector;
    const [decoding] = collector.named('Engine:decoding');
    expect(collector.path(decoding!)).toEqual(TO_THE_ENGINE);
    expect(decoding?.attributes).toMatchObject({ device: 'cpu', model: 'base' });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ service }) => service))).toEqual(
      new Set(['longhand-cli', 'longhand-media', 'longhand-gpu']),
    );
    for (const activity of ['resolve', 'ingest', 'plan', 'save', 'publish']) {
      expect(collector.named(`RunActivity:${activity}`), activity).toHaveLength(1);
    }
    // Whoever may see traces need not be one who may see what was said.
    expect(JSON.stringify(spans)).not.toContain('country');
  });
});
