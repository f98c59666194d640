import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerSearchAttributes } from '../../../workers/search-attributes.ts';
import type { TranscriptionRequest } from '../../../workflows/contract.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/search-attributes.ts';
import { gate } from '../../support/gate.ts';
import { attributesOf, Bench, requestOf } from './bench.ts';
import { makeFakes, said, SECONDS, type Fakes } from './fakes.ts';

const DEADLINE = 20_000;

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(() => bench[Symbol.asyncDispose]());

const register = (namespace = bench.server.namespace ?? 'default') =>
  registerSearchAttributes(bench.server.nativeConnection, namespace);

/** IDs of what a list query finds, asked until there is something: lists lag behind. */
async function found(query: string): Promise<string[]> {
  for (const start = Date.now(); Date.now() - start < DEADLINE; await setTimeout(100)) {
    const ids: string[] = [];
    for await (const { workflowId } of bench.client.workflow.list({ query })) ids.push(workflowId);
    if (ids.length > 0) return ids;
  }
  return [];
}

/** Starts a transcription whose publish waits, looks at it, and lets it end. */
async function looking(
  request: TranscriptionRequest,
  attributes: SearchAttributePair[] | null,
  look: (workflowId: string) => Promise<void>,
): Promise<string> {
  const { passed: held, open: go } = gate();
  const fakes: Fakes = makeFakes({
    sections: [20 * SECONDS, 20 * SECONDS],
    transcribe: (chunk) => said(chunk, { language: 'ru' }),
    overrides: { publish: () => held.then(() => ['file:///out/talk.json', 'file:///out/talk.txt']) },
  });
  return bench.with(fakes, async () => {
    const handle = await bench.start(request, {
      memo: { name: 'talk.mp3' },
      ...(attributes ? { typedSearchAttributes: attributes } : {}),
    });
    try {
      await look(handle.workflowId);
    } finally {
      go();
    }
    await handle.result();
    return handle.workflowId;
  });
}

describe('a server without the search attributes', () => {
  it('refuses a start that names them, and the memo of one that does not says the same', async () => {
    const request = requestOf();
    await expect(bench.start(request, { typedSearchAttributes: attributesOf(request) })).rejects.toThrow();
    const workflowId = await looking(request, null, async (id) => {
      const handle = bench.client.workflow.getHandle(id);
      const listed = async () => (await handle.describe()).memo;
      for (let memo = await listed(); memo?.phase !== 'publish'; memo = await listed()) await setTimeout(50);
      expect(await listed()).toEqual({ name: 'talk.mp3', phase: 'publish', language: 'ru' });
    });
    const { memo, searchAttributes } = await bench.client.workflow.getHandle(workflowId).describe();
    expect(memo).toEqual({ name: 'talk.mp3', phase: 'done', language: 'ru' });
    expect(Object.keys(searchAttributes).filter((name) => name.startsWith('Longhand'))).toEqual([]);
  });

  it('is asked in vain where it knows no such namespace', async () => {
    expect(await register('nowhere')).toBe(false);
  });

  it('may have no operator service', async () => {
    const server = createServer();
    server.on('stream', (stream: ServerHttp2Stream) => {
      const unimplemented = { 'grpc-status': '12', 'grpc-message': 'unknown service' };
      const headers = { ':status': 200, 'content-type': 'application/grpc', ...unimplemented };
      stream.respond(headers, { endStream: true });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
    expect(await registerSearchAttributes(connection, 'default')).toBe(false);
    await connection.close();
    server.close();
  });
});

describe('a server with the search attributes', () => {
  it('gets them once, however many workers start', async () => {
    expect(await Promise.all([register(), register(), register()])).toEqual([true, true, true]);
    expect(await register()).toBe(true);
    const { customAttributes } = await bench.server.connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    const names = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name);
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(names));
  });

  it('finds a transcription by its phase and the language it heard, as they change', async () => {
    await register();
    const request = requestOf();
    const workflowId = await looking(request, attributesOf(request), async (id) => {
      expect(await found(`LonghandPhase="publish"`)).toEqual([id]);
      expect(await found(`LonghandLanguage="ru" AND LonghandModel="base"`)).toEqual([id]);
    });
    expect(await found(`LonghandPhase="done"`)).toEqual([workflowId]);
    const { memo } = await bench.client.workflow.getHandle(workflowId).describe();
    expect(memo).toEqual({ name: 'talk.mp3' });
  });

  it('is told each change once, in an event each', async () => {
    const request = requestOf({ language: 'ru' });
    const id = await looking(request, attributesOf(request), () => Promise.resolve());
    const { events } = await bench.history(id);
    const upserts = (events ?? []).filter((event) => event.upsertWorkflowSearchAttributesEventAttributes);
    expect(upserts).toHaveLength(3);
    expect((events ?? []).some((event) => event.workflowPropertiesModifiedEventAttributes)).toBe(false);
  });
});
