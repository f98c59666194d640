import { describe, expect, it } from 'vitest';
import { remoteSource } from '../../../activities/request/remote-source.ts';
import type { LonghandError } from '../../../workflows/errors.ts';

const KEYS = { LONGHAND_PAYLOAD_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}` };

describe('a source that a worker fetches', () => {
  it.each([
    ['https://example.org/talks/talk.mp3', 'https://example.org/talks/talk.mp3', 'talk.mp3'],
    ['HTTP://Example.org:80/talk.mp3#t=10', 'http://example.org/talk.mp3', 'talk.mp3'],
    [new URL('https://example.org/talk.mp3'), 'https://example.org/talk.mp3', 'talk.mp3'],
    ['secret:TALK_2', 'secret:TALK_2', 'talk_2'],
  ])('is %s', (source, uri, name) => {
    expect(remoteSource(source, {})).toEqual({ uri, name, sha256: null });
  });

  it.each([
    'talk.mp3',
    '/a/talk.mp3',
    'file:///talk.mp3',
    's3://bucket/a',
    'C:\\talk.mp3',
    './secret:TALK',
    'https:x',
  ])('is not %s', (source) => expect(remoteSource(source, {})).toBeNull());

  it.each([
    ['caf%C3%A9%20%231.mp3', 'café #1.mp3'],
    ['100%.mp3', '100%.mp3'],
    ['%FF.mp3', '%FF.mp3'],
    ['a%2Fb%5Cc%00%1B%0A.mp3', 'a_b_c_.mp3'],
    ['..%2F..%2Fetc%2Fpasswd', '_.._etc_passwd'],
    ['.hidden.mp3', 'hidden.mp3'],
    ['%2E%2E', 'download'],
    ['', 'download'],
    ['talks/', 'talks'],
    [`${'x'.repeat(200)}.mp3`, `${'x'.repeat(116)}.mp3`],
  ])('is called after the last part of its path: %s', (path, name) => {
    expect(remoteSource(`https://example.org/${path}`, {})).toMatchObject({ name });
  });

  it('has a query only where payloads are encrypted', () => {
    const signed = 'https://example.org/talk.mp3?token=hush-4711';
    expect(remoteSource(signed, KEYS)).toMatchObject({ uri: signed, name: 'talk.mp3' });
    expect(refusal(signed)).toMatchObject({
      code: 'LH_SOURCE_READABLE',
      message: expect.stringMatching(/`secret:NAME`.*LONGHAND_PAYLOAD_KEYS/) as string,
    });
  });

  it.each([
    'https://hush-4711@example.org/talk.mp3',
    'https://user:hush-4711@example.org/talk.mp3',
    'secret:hush-4711',
    'secret:TALK_FILE',
    'secret:',
    'secret:https://example.org/?hush-4711',
  ])('is refused, and no secret shown: %s', (source) =>
    expect(refusal(source).code).toBe('LH_SOURCE_SCHEME'),
  );
});

function refusal(source: string): LonghandError {
  try {
    remoteSource(source, {});
  } catch (error) {
    const refused = error as LonghandError;
    expect(JSON.stringify([refused.message, refused.stack, refused.details, refused.cause])).not.toContain(
      'hush-4711',
    );
    return refused;
  }
  throw new Error('Expected a refusal');
}
