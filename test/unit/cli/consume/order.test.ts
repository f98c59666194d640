import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decideRequest } from '../../../../activities/request/decide.ts';
import { orderOf } from '../../../../client/cli/consume/order.ts';
import { schemaErrors } from '../../../support/schema.ts';

const json = (value: unknown) => ({ body: Buffer.from(JSON.stringify(value)) });
const refusal = (shown: string): unknown =>
  expect.objectContaining({ code: 'LH_MESSAGE_INVALID', message: expect.stringContaining(shown) as string });

/** What an act is refused with. */
function messageOf(act: () => unknown): string {
  try {
    return String(act());
  } catch (error) {
    return (error as Error).message;
  }
}

const WHOLE = {
  schema: 'longhand/queue-request/1',
  source: 'talk.mp3',
  options: {
    ...{ language: 'auto', languages: ['en', 'zh'], languagePer: 'chunk', task: 'transcribe' },
    ...{ prompt: 'p', hotwords: 'h', words: true, model: 'base', ladder: ['int8'], gaps: 'mark' },
    lowerUnderLoad: true,
    ...{ text: [{ step: 'unicode' }], formats: ['txt'], subtitles: { lines: 1 }, out: 'o' },
    ...{ priority: 'batch', tenant: 'acme' },
  },
  key: 'talk-1',
};

describe('a message', () => {
  it('may say all that the client takes, and the published schema knows it', () => {
    const { id, source, options } = orderOf(json(WHOLE), 'jobs', null);
    expect({ id, source, options }).toEqual({ id: 'talk-1', source: 'talk.mp3', options: WHOLE.options });
    expect(schemaErrors('queue-request-1', WHOLE)).toEqual([]);
    const schema = JSON.parse(readFileSync('docs/schema/queue-request-1.json', 'utf8')) as {
      properties: { options: { properties: object } };
    };
    expect(Object.keys(schema.properties.options.properties)).toEqual(Object.keys(WHOLE.options));
  });

  it.each<[unknown, string]>([
    [{ ...WHOLE, schema: 'longhand/queue-request/2' }, '`longhand/queue-request/1`'],
    [{ ...WHOLE, source: 1 }, '`source` to be a string, got a number'],
    [{ ...WHOLE, source: ['https://me:word@host'] }, 'got an array'],
    [{ ...WHOLE, options: null }, '`options` to be an object, got null'],
    [{ ...WHOLE, options: { key: 'x' } }, '`options.key`'],
    [{ ...WHOLE, options: { languages: ['en', 1] } }, '`options.languages` to be an array of strings'],
    [{ ...WHOLE, options: { words: 'yes' } }, '`options.words` to be true or false, got a string'],
    [{ ...WHOLE, toString: 1 }, '`toString`'],
    [{ key: 'x' }, '`source` to be a string, got none'],
  ])('is refused by reader and schema where it is %j', (message, shown) => {
    expect(() => orderOf(json(message), 'jobs', null)).toThrow(refusal(shown));
    expect(schemaErrors('queue-request-1', message)).not.toEqual([]);
  });

  it.each(Object.keys(WHOLE.options).filter((name) => !['priority', 'tenant'].includes(name)))(
    'is to be of the same kinds as a request in plain data: %s',
    (name) => {
      const kind = new RegExp(`^Expected \`options\\.${name}\` to be (.*), got`);
      const ofMessage = messageOf(() => orderOf(json({ source: 'x', options: { [name]: 7 } }), 'jobs', null));
      const ofRequest = messageOf(() =>
        decideRequest({ source: { uri: 'file:///x' }, options: { [name]: 7 } }),
      );
      expect(kind.exec(ofMessage)?.[1]).toBeTruthy();
      expect(kind.exec(ofRequest)?.[1]).toBe(kind.exec(ofMessage)?.[1]);
    },
  );

  it('is read whatever its sender calls it, and refused with nothing shown of what may be a secret', () => {
    const text = JSON.stringify(WHOLE);
    for (const content of [
      { body: text, contentType: 'text/plain' },
      { body: WHOLE, contentType: 'application/json' },
      { body: Buffer.from(text), contentType: 'application/octet-stream' },
    ]) {
      expect(orderOf(content, 'jobs', null).id).toBe('talk-1');
    }
    for (const body of ['{"source":"https://me:word@host', '"https://me:word@host"', Buffer.from([0x80])]) {
      const reading = () => orderOf({ body }, 'jobs', null);
      expect(reading).toThrow(refusal('Expected the message'));
      expect(reading).not.toThrow('word');
    }
    expect(() => orderOf({ body: ' '.repeat(1_048_577) }, 'jobs', null)).toThrow(
      refusal('at most 1048576 bytes'),
    );
  });
});

describe('the ID', () => {
  const idOf = (message: object, properties: object = {}, queue = 'jobs') =>
    orderOf({ ...json({ source: 'talk.mp3', ...message }), ...properties }, queue, null).id;

  it('is the key, else the ID of the message, or a hash of one that can be none', () => {
    expect(idOf({ key: 'own' }, { messageId: 'theirs' })).toBe('own');
    expect(idOf({}, { messageId: 'theirs' })).toBe('theirs');
    expect(idOf({}, { messageId: 'No. 1' })).toMatch(/^message-[0-9a-f]{32}$/);
    expect(idOf({}, { messageId: 'No. 1' })).not.toBe(idOf({}, { messageId: 'No. 2' }));
    expect(() => idOf({ key: 'No. 1' })).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
  });

  it('is without both that of all it says, to whom and from which queue', () => {
    const id = idOf({});
    expect(id).toMatch(/^message-[0-9a-f]{32}$/);
    expect(idOf({}, { messageId: '' })).toBe(id);
    const others = [
      idOf({ options: { language: 'en' } }),
      idOf({}, { replyTo: 'replies' }),
      idOf({}, { correlationId: '1' }),
      idOf({}, {}, 'others'),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });
});

describe('the reply', () => {
  const replyOf = (properties: object, exchange: string | null) =>
    orderOf({ ...json({ source: 'talk.mp3' }), ...properties }, 'jobs', exchange).message.reply;

  it('goes to the queue that is named, else to the exchange under the state, else nowhere', () => {
    const common = { taskQueue: 'replies.jobs' };
    expect(replyOf({ replyTo: 'replies', correlationId: '1' }, 'ended')).toEqual({
      ...common,
      ...{ exchange: '', routingKey: 'replies', correlationId: '1' },
    });
    expect(replyOf({}, 'ended')).toEqual({
      ...common,
      ...{ exchange: 'ended', routingKey: null, correlationId: null },
    });
    expect(replyOf({ correlationId: '1' }, null)).toBeNull();
  });
});
