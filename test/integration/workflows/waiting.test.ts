import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_QUEUE } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS } from './fakes.ts';

const CRASHES = 12;
/** Sum of the pauses between the attempts in seconds: doubling from half a second, at most 30 s each. */
const WAITED = 0.5 + 1 + 2 + 4 + 8 + 16 + 6 * 30;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start(
    ...['--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true'],
    ...['--dynamic-config-value', 'history.timerProcessorMaxTimeShift="50ms"'],
  );
});
afterAll(() => bench[Symbol.asyncDispose]());

describe('a chunk whose engine keeps dying', () => {
  it('is tried again on the same rung until an engine lives, however long that takes', async () => {
    let crashes = 0;
    const fakes = makeFakes({
      sections: [20 * SECONDS],
      ladder: ['fp32', 'int8'],
      transcribe: (request) => {
        if (crashes === CRASHES) return said(request);
        crashes += 1;
        throw new LonghandError('LH_ENGINE_DIED', 'The engine ended unexpectedly (signal SIGKILL)');
      },
    });
    const request = requestOf();
    const workflowId = 'talk';
    const result = await bench.with(fakes, async () => {
      // The SDK's own start cannot ask the server to skip the time in which a workflow only waits.
      const { workflowService, options } = bench.client;
      await workflowService.startWorkflowExecution({
        namespace: options.namespace,
        workflowId,
        requestId: workflowId,
        workflowType: { name: 'transcription' },
        taskQueue: { name: MEDIA_QUEUE },
        input: { payloads: [options.loadedDataConverter.payloadConverter.toPayload(request)] },
        timeSkippingConfig: { enabled: true },
      });
      return (await bench.client.workflow.getHandle(workflowId).result()) as unknown;
    });
    expect(result).toMatchObject({ segments: 1, gaps: 0 });
    expect(fakes.requests.map(({ rung }) => rung.precision)).toEqual(Array(CRASHES + 1).fill('fp32'));
    const { startTime, closeTime } = await bench.client.workflow.getHandle(workflowId).describe();
    expect((closeTime?.getTime() ?? 0) - startTime.getTime()).toBeGreaterThan(WAITED * 1000);
  }, 60_000);
});
