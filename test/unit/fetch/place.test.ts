import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from '../../../activities/fetch/place.ts';
import type { LonghandError } from '../../../workflows/errors.ts';

const SIGNED = 'https://example.org/talk.mp3?token=hush-4711';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'longhand-secrets-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(uri: string, environment: NodeJS.ProcessEnv = {}): LonghandError {
  try {
    placeOf(uri, environment);
  } catch (error) {
    return error as LonghandError;
  }
  throw new Error('Expected a refusal');
}

describe('the place of a source', () => {
  it('is its URL, shown without its query', () => {
    const place = placeOf(SIGNED, {});
    expect(place).toMatchObject({ shown: 'https://example.org/talk.mp3?…', isSecret: false });
    expect(place.url.href).toBe(SIGNED);
  });

  it('is what a variable of the worker holds, shown by its name alone', () => {
    const place = placeOf('secret:TALK_1', { LONGHAND_SECRET_TALK_1: `${SIGNED}\n` });
    expect(place).toMatchObject({ shown: 'secret:TALK_1', isSecret: true });
    expect(place.url.href).toBe(SIGNED);
  });

  it('is what a file of the worker holds now', () => {
    const file = join(folder, 'talk');
    const environment = { LONGHAND_SECRET_TALK_FILE: file };
    for (const url of [SIGNED, 'https://example.org/other.mp3?token=2']) {
      writeFileSync(file, `${url}\n`);
      expect(placeOf('secret:TALK', environment).url.href).toBe(url);
    }
  });

  it.each([
    [
      'a secret that is not there',
      {},
      /LONGHAND_SECRET_TALK or its _FILE to be set on the media workers, got neither/,
    ],
    [
      'one that is there twice',
      { LONGHAND_SECRET_TALK: SIGNED, LONGHAND_SECRET_TALK_FILE: '/x' },
      /got both/,
    ],
    ['a file that is not there', { LONGHAND_SECRET_TALK_FILE: '/none/hush-4711' }, /ENOENT/],
    ['what is no URL', { LONGHAND_SECRET_TALK: 'hush-4711' }, /got another text/],
    ['what is no URL of the web', { LONGHAND_SECRET_TALK: 'file:///hush-4711' }, /got a `file:` URL/],
    [
      'a password',
      { LONGHAND_SECRET_TALK: 'https://hush-4711:hush-4711@example.org/' },
      /a user or a password/,
    ],
  ])('is refused, and not shown: %s', (_, environment, message) => {
    const error = refusal('secret:TALK', environment);
    expect(error).toMatchObject({
      code: 'LH_SECRET_MISSING',
      message: expect.stringMatching(message) as string,
    });
    expect(JSON.stringify([error.message, error.stack, error.details, error.cause])).not.toContain(
      'hush-4711',
    );
  });

  it.each([
    'ftp://example.org/a.mp3?hush-4711',
    'https://hush-4711:x@example.org/a.mp3',
    'secret:hush-4711',
    'hush-4711',
  ])('is refused: %s', (uri) => {
    const error = refusal(uri);
    expect(error.code).toBe('LH_SOURCE_SCHEME');
    expect(JSON.stringify([error.message, error.stack, error.details, error.cause])).not.toContain(
      'hush-4711',
    );
  });
});
