/** Health on a real engine that stands still: red before it is killed, green when the next one computes. */
import { expect, it } from 'vitest';
import { openEndpoint } from '../../../workers/figures/endpoint.ts';
import { LOOPBACK } from '../../../workers/figures/listen.ts';
import { engineTroubles } from '../../../workers/figures/vitals.ts';
import { Device } from '../../../workers/device.ts';
import type { ErrorCode } from '../../../workflows/errors.ts';
import { realModel } from '../../support/real-model.ts';
import { until } from '../../support/until.ts';
import { realWindows, SETTINGS } from '../engine/bench.ts';

const LIMIT = 180_000;
/** Milliseconds in which a busy machine has another engine. */
const BACK_WITHIN = 90_000;
/** Milliseconds for which an engine with work may be silent: more than the next one needs to be seen. */
const SILENCE = 4000;

it(
  'a hung engine turns /healthz red, and the one in its place turns it green',
  { timeout: LIMIT },
  async () => {
    const model = await realModel();
    const ends: ErrorCode[] = [];
    await using device = await Device.start([SETTINGS], model, {
      deadlines: { start: LIMIT, step: () => SILENCE },
      onEnd: (code) => ends.push(code),
    });
    const vitals = {
      health: () => engineTroubles(device.states),
      readiness: () => Promise.resolve(engineTroubles(device.states)),
    };
    const url = await openEndpoint({ host: LOOPBACK, port: 0 }, { exporter: null, vitals: () => vitals });
    const health = async (): Promise<string> => {
      const response = await fetch(`${url}/healthz`);
      return `${response.status} ${(await response.text()).trim()}`;
    };
    expect(await health()).toBe('200 ok');

    process.kill(device.pids[0]!, 'SIGSTOP');
    // Without work nobody waits for it.
    expect(await health()).toBe('200 ok');
    const [window] = realWindows(model, 1);
    const pending = device.transcribe(window!, new AbortController().signal);
    const seen = new Set<string>();
    await expect(
      Promise.race([
        pending,
        until(async () => {
          seen.add(await health());
          return false;
        }, 'Expected the engine to be killed'),
      ]),
    ).rejects.toMatchObject({ code: 'LH_ENGINE_HUNG' });
    expect([...seen]).toContain('503 Engine 1 of 1 has work and gives no sign of life');
    expect(await health()).toBe('503 Engine 1 of 1 was killed for its silence, and is not back yet');
    expect(ends).toEqual(['LH_ENGINE_HUNG']);
    await until(async () => (await health()) === '200 ok', 'Expected another engine', BACK_WITHIN);
  },
);
