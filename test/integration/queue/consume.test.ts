import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection, type AsyncMessage, type Envelope, type Publisher } from 'rabbitmq-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heartbeating } from '../../../activities/heartbeat.ts';
import { whenAborted } from '../../../client/cli/exit.ts';
import { Longhand } from '../../../client/index.ts';
import { workerIdentity } from '../../../workers/identity.ts';
import type { QueueReply, Recording } from '../../../workflows/contract.ts';
import { LonghandError } from '../../../workflows/errors.ts';
import { gate, type Gate } from '../../support/gate.ts';
import { testHome, type TestHome } from '../../support/home.ts';
import { Broker, locateRabbitmq } from '../../support/rabbitmq.ts';
import { schemaErrors } from '../../support/schema.ts';
import { TcpGate } from '../../support/tcp-gate.ts';
import { until } from '../../support/until.ts';
import { Bench } from '../workflows/bench.ts';
import { makeFakes, SECONDS } from '../workflows/fakes.ts';
import { makeCertificates } from './certificates.ts';
import { ConsumerProcess } from './consumer.ts';

const SET_UP = 400_000;
const LIMIT = 300_000;
const DUPLICATES = 1000;
const ROOMS = ['room-2', 'room-3', 'room-4', 'room-5', 'room-6'];
/** Times that a message comes back before it is buried. */
const RETURNS = 10;

const located = await locateRabbitmq();

describe.skipIf('missing' in located)('a queue', () => {
  let folder: string;
  let home: TestHome;
  let bench: Bench;
  let broker: Broker;
  let certificates: Awaited<ReturnType<typeof makeCertificates>>;
  let toBroker: TcpGate;
  let toTemporal: TcpGate;
  let longhand: Longhand;
  let sender: Connection;
  let publisher: Publisher;
  let consumer: ConsumerProcess;
  /** What is in the reply queue and among the dead letters, as it comes. */
  const replies: AsyncMessage[] = [];
  const dead: AsyncMessage[] = [];
  const over = gate();
  let working: Promise<void>;
  /** What slow transcriptions wait for. */
  let slow: Gate = gate();

  const path = (name: string) => join(folder, name);

  /** Sends a message to the queue `jobs`, as JSON but where it is a text. */
  async function send(body: unknown, envelope: Envelope = {}): Promise<void> {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const properties = { contentType: 'application/json', durable: true, ...envelope };
    await publisher.send({ ...properties, routingKey: 'jobs' }, bytes);
  }

  const ask = (name: string, envelope: Envelope = {}) =>
    send({ source: path(name) }, { replyTo: 'replies', messageId: name.replace('.wav', ''), ...envelope });

  const replyTo = async (correlationId: string): Promise<AsyncMessage> =>
    until(
      () => replies.find((reply) => reply.correlationId === correlationId),
      () =>
        `Expected a reply to ${correlationId}, got ${JSON.stringify(replies.map((one) => one.body as unknown))}`,
    );

  const waiting = async (): Promise<number> =>
    (await sender.queueDeclare({ queue: 'jobs', passive: true })).messageCount;

  const runsOf = async (id: string): Promise<number> =>
    (await bench.client.workflow.count(`WorkflowId = '${id}'`)).count;

  const startedRooms = (): number => consumer.of('started').filter(({ id }) => id.startsWith('room')).length;

  /** Puts a message into the queue that has come back again and again. */
  async function wearOut(): Promise<void> {
    await ask('talk.wav', { messageId: 'worn' });
    const channel = await sender.acquire();
    for (let times = 0; times < RETURNS; times++) {
      const message = await until(() => channel.basicGet({ queue: 'jobs' }), 'Expected the message back');
      channel.basicNack({ deliveryTag: message.deliveryTag, requeue: true });
    }
    await channel.close();
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhand-queue-'));
    // The broker may run as another user where it is installed.
    await chmod(folder, 0o755);
    certificates = await makeCertificates(folder);
    const names = [
      'talk',
      'broken',
      'cancelled',
      'told',
      'many',
      'away',
      'killed',
      'unread',
      'other',
      'gone',
    ];
    for (const name of [...names, 'room-0', 'room-1', ...ROOMS]) await writeFile(path(`${name}.wav`), name);
    [home, bench, broker] = await Promise.all([
      testHome(),
      Bench.start(),
      Broker.start(located, certificates),
    ]);
    const [, port = ''] = bench.server.address.split(':');
    toTemporal = await TcpGate.to(Number(port));
    toBroker = await TcpGate.to(broker.port);
    longhand = new Longhand({ address: bench.server.address });

    const recording: Recording = { key: 'recording', samples: 60 * SECONDS, sectionEnds: [60 * SECONDS] };
    const fakes = makeFakes({
      overrides: {
        ingest: ({ name }) =>
          heartbeating(async (_, signal) => {
            if (name === 'broken.wav')
              throw new LonghandError('LH_AUDIO_UNREADABLE', 'Expected audio, got none');
            const isSlow = /^(cancelled|killed|room)/.test(name);
            if (isSlow) await Promise.race([slow.passed, whenAborted(signal)]);
            return recording;
          }),
      },
    });
    const identity = await workerIdentity('media');
    working = bench.with(fakes, () => over.passed, identity);

    sender = new Connection({ url: broker.url, retryHigh: 1000 });
    sender.on('error', () => undefined);
    publisher = sender.createPublisher({ confirm: true, maxAttempts: 3 });
    await sender.queueDeclare({ queue: 'jobs', durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await wearOut();
    await sender.queueDeclare({ queue: 'replies', durable: true });
    await sender.exchangeDeclare({ exchange: 'ended', type: 'direct', durable: true });
    await sender.queueBind({ queue: 'replies', exchange: 'ended', routingKey: 'done' });
    consumer = await ConsumerProcess.start(home.path, `amqp://guest:guest@127.0.0.1:${toBroker.port}`, [
      ...['jobs', '--address', `127.0.0.1:${toTemporal.port}`, '--exchange', 'ended'],
    ]);
    for (const [queue, letters] of [
      ['replies', replies],
      ['jobs.dead', dead],
    ] as const) {
      const listener = sender.createConsumer(
        { queue, queueOptions: { passive: true } },
        (message) => void letters.push(message),
      );
      listener.on('error', () => undefined);
    }
  }, SET_UP);

  afterAll(async () => {
    over.open();
    slow.open();
    await consumer?.kill();
    sender?.unsafeDestroy();
    await longhand?.close();
    await working;
    for (const one of [toBroker, toTemporal, broker, bench, home]) await one?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }, SET_UP);

  it(
    'has a message done, and replied to with what came of it',
    async () => {
      await ask('talk.wav', { correlationId: 'one', messageId: 'Talk No. 1' });
      const reply = await replyTo('one');
      const document = reply.body as QueueReply;
      expect(schemaErrors('queue-reply-1', document)).toEqual([]);
      expect(document).toMatchObject({ name: 'talk.wav', state: 'done', error: null });
      expect(document.result).toMatchObject({ duration: 60, segments: 3, gaps: 0 });
      expect(document.result?.outputs).toContainEqual({ format: 'txt', uri: 'file:///out/talk.txt' });
      expect(document.id).toMatch(/^message-[0-9a-f]{32}$/);
      expect(reply).toMatchObject({ messageId: `${document.id}.${document.runId}.done`, durable: true });
      expect((await longhand.get(document.id).describe()).status).toBe('completed');
    },
    LIMIT,
  );

  it(
    'is told of what failed, with its code, and of what was cancelled',
    async () => {
      await ask('broken.wav', { correlationId: 'two' });
      await ask('cancelled.wav', { correlationId: 'three' });
      const failed = (await replyTo('two')).body as QueueReply;
      expect(failed).toMatchObject({ id: 'broken', state: 'failed', result: null });
      expect(failed.error).toMatchObject({ code: 'LH_AUDIO_UNREADABLE' });
      await consumer.until(() => consumer.of('started').some(({ id }) => id === 'cancelled'));
      await longhand.get('cancelled').cancel();
      const cancelled = (await replyTo('three')).body as QueueReply;
      expect(cancelled).toMatchObject({
        id: 'cancelled',
        state: 'cancelled',
        error: { code: 'LH_CANCELLED' },
      });
      for (const document of [failed, cancelled]) expect(schemaErrors('queue-reply-1', document)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'replies to the exchange where a message names no queue, and keeps a reply that no queue takes',
    async () => {
      await send({ source: path('told.wav') }, { messageId: 'told', correlationId: 'four' });
      expect(await replyTo('four')).toMatchObject({ exchange: 'ended', routingKey: 'done' });
      await ask('gone.wav', { replyTo: 'nobody', correlationId: 'five' });
      const letter = await until(
        () => dead.find((one) => one.correlationId === 'five'),
        'Expected a dead letter',
      );
      expect(letter.headers).toMatchObject({
        'longhand-code': 'LH_BROKER_REFUSED',
        'longhand-queue': 'jobs',
      });
      expect(letter).toMatchObject({ body: { id: 'gone', state: 'done' }, replyTo: 'nobody' });
    },
    LIMIT,
  );

  it.each<[what: string, body: unknown, code: string, reason: RegExp]>([
    [
      'text that is no JSON',
      '{"source": "https://me:secret@example.org',
      'LH_MESSAGE_INVALID',
      /JSON, got text/,
    ],
    ['another value', ['x'], 'LH_MESSAGE_INVALID', /an object, got an array/],
    ['no source', { options: {} }, 'LH_MESSAGE_INVALID', /`source` to be a string, got none/],
    ['an unknown field', { source: 'x', sources: 'y' }, 'LH_MESSAGE_INVALID', /no field but .*`sources`/],
    [
      'an option of another type',
      { source: 'x', options: { words: 'yes' } },
      'LH_MESSAGE_INVALID',
      /`options.words` to be true or false, got a string/,
    ],
    [
      'an unknown language',
      { source: 'talk.wav', options: { language: '?' } },
      'LH_LANGUAGE_UNKNOWN',
      /got `\?`/,
    ],
    ['a source that is not there', { source: '/nowhere.wav' }, 'LH_SOURCE_MISSING', /found nothing/],
  ])(
    'buries %s with the reason',
    async (what, body, code, reason) => {
      const source = (body as { source?: unknown }).source === 'talk.wav' ? { source: path('talk.wav') } : {};
      const sent =
        typeof body === 'string' || Array.isArray(body) ? body : { ...(body as object), ...source };
      await send(sent, { messageId: what, correlationId: what, replyTo: 'replies' });
      const letter = await until(
        () => dead.find(({ messageId }) => messageId === what),
        'Expected a dead letter',
      );
      expect(letter.headers).toMatchObject({ 'longhand-code': code, 'longhand-queue': 'jobs' });
      expect((letter.headers as Record<string, string>)['longhand-reason']).toMatch(reason);
      expect(letter).toMatchObject({ correlationId: what, replyTo: 'replies' });
      expect(Buffer.isBuffer(letter.body) ? letter.body.toString() : letter.body).toEqual(sent);
      expect(await waiting()).toBe(0);
    },
    LIMIT,
  );

  it(
    'buries a message that came back again and again',
    async () => {
      const letter = await until(
        () => dead.find(({ messageId }) => messageId === 'worn'),
        'Expected a dead letter',
      );
      expect(letter.headers).toMatchObject({ 'longhand-code': 'LH_MESSAGE_REDELIVERED' });
      expect(await runsOf('worn')).toBe(0);
    },
    LIMIT,
  );

  it(
    'buries another message under an ID that is taken',
    async () => {
      await ask('other.wav', { messageId: 'broken', correlationId: 'six' });
      const letter = await until(
        () => dead.find((one) => one.correlationId === 'six'),
        'Expected a dead letter',
      );
      expect(letter.headers).toMatchObject({ 'longhand-code': 'LH_KEY_CONFLICT' });
      expect(await runsOf('broken')).toBe(1);
    },
    LIMIT,
  );

  it(
    'does once what comes a thousand times',
    async () => {
      const before = replies.length;
      const same = Array.from({ length: DUPLICATES }, () => ask('many.wav', { correlationId: 'seven' }));
      await Promise.all(same);
      const answers = () =>
        [...consumer.of('started'), ...consumer.of('known')].filter(({ id }) => id === 'many').length;
      await consumer.until(() => answers() >= DUPLICATES);
      await replyTo('seven');
      expect(consumer.of('started').filter(({ id }) => id === 'many')).toHaveLength(1);
      expect(await waiting()).toBe(0);
      expect(await runsOf('many')).toBe(1);
      expect(replies.length - before).toBe(1);
    },
    LIMIT,
  );

  it(
    'holds its messages while the Temporal server is away, and says so',
    async () => {
      toTemporal.cut();
      await ask('away.wav', { correlationId: 'eight' });
      await consumer.until(() =>
        consumer.notices.includes('Messages are held and wait: LH_SERVER_UNREACHABLE'),
      );
      expect(dead.some((one) => one.correlationId === 'eight')).toBe(false);
      toTemporal.mend();
      expect((await replyTo('eight')).body).toMatchObject({ id: 'away', state: 'done' });
      await consumer.until(() => consumer.notices.includes('Messages wait no longer'));
    },
    LIMIT,
  );

  it(
    'loses and doubles nothing where a consumer is killed between start and acknowledgement, or before the reply',
    async () => {
      await ask('killed.wav', { correlationId: 'nine' });
      await consumer.until(() => consumer.of('started').some(({ id }) => id === 'killed'));
      // The next one's acknowledgement never arrives.
      toBroker.deafen();
      await ask('unread.wav', { correlationId: 'ten' });
      await consumer.until(() => consumer.of('started').some(({ id }) => id === 'unread'));
      await consumer.kill();
      slow.open();

      consumer = await ConsumerProcess.start(home.path, `amqps://guest:guest@127.0.0.1:${broker.tlsPort}`, [
        ...['jobs', '--address', bench.server.address, '--prefetch', '1', '--most-open', '2'],
        ...['--tls-ca', certificates.ca, '--tls-cert', certificates.cert, '--tls-key', certificates.key],
      ]);
      expect((await replyTo('nine')).body).toMatchObject({ id: 'killed', state: 'done' });
      expect((await replyTo('ten')).body).toMatchObject({ id: 'unread', state: 'done' });
      for (const id of ['killed', 'unread']) expect(await runsOf(id)).toBe(1);
      await consumer.until(() => consumer.of('known').some(({ id }) => id === 'unread'));
      for (const id of ['nine', 'ten'])
        expect(replies.filter((one) => one.correlationId === id)).toHaveLength(1);
    },
    LIMIT,
  );

  it(
    'fetches no more than there is room for, and leaves the rest in the queue',
    async () => {
      slow = gate();
      for (const name of ['room-0', 'room-1']) await longhand.transcribe(path(`${name}.wav`), { key: name });
      await until(async () => (await longhand.countRunning()) === 2, 'Expected two in the list');
      for (const name of ROOMS) await ask(`${name}.wav`, { correlationId: name });
      await consumer.until(() => consumer.notices.includes('Fetching no more while 2'));
      // One more may have been on its way.
      await until(async () => (await waiting()) >= ROOMS.length - 3, 'Expected the rest in the queue');
      expect(startedRooms()).toBeLessThanOrEqual(3);
    },
    LIMIT,
  );

  it(
    'loses nothing where the broker is killed, and goes on once it is back',
    async () => {
      await broker.kill();
      await consumer.until(() => consumer.notices.includes('No connection to the broker'));
      // Their replies wait for the broker.
      slow.open();
      await until(async () => (await longhand.countRunning()) === 0, 'Expected them to end');
      await broker.start();
      for (const name of ROOMS) expect((await replyTo(name)).body).toMatchObject({ id: name, state: 'done' });
      expect(startedRooms()).toBe(ROOMS.length);
      const ids = replies.filter(({ correlationId = '' }) => ROOMS.includes(correlationId));
      expect(new Set(ids.map(({ messageId }) => messageId)).size).toBe(ROOMS.length);
    },
    LIMIT,
  );

  it(
    'ends when it is told to, and leaves what comes later in the queue',
    async () => {
      expect(await consumer.end()).toMatchObject({ status: 0 });
      await ask('talk.wav', { messageId: 'late' });
      expect(await waiting()).toBe(1);
    },
    LIMIT,
  );

  it(
    'waits for a broker that it does not trust, and shows no password',
    async () => {
      const url = `amqps://someone:hidden-word@127.0.0.1:${broker.tlsPort}`;
      consumer = await ConsumerProcess.start(
        home.path,
        url,
        ['jobs', '--address', bench.server.address],
        (one) => one.notices.includes('No connection'),
      );
      expect(consumer.notices).toMatch(/certificate/);
      const { status, stdout, stderr } = await consumer.end();
      expect(status).toBe(0);
      expect(stdout + stderr).not.toContain('hidden-word');
    },
    LIMIT,
  );
});
