import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadKeyIds, readPayloadKeys } from '../../../activities/payloads/keys.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'longhand-keys-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const path = join(folder, 'keys');
  writeFileSync(path, text);
  return path;
}

describe('the keys of payloads', () => {
  it('are none where the environment has none', () => {
    expect(readPayloadKeys({})).toBeNull();
    expect(readPayloadKeys({ LONGHAND_PAYLOAD_KEYS: '', LONGHAND_PAYLOAD_KEYS_FILE: '' })).toBeNull();
  });

  it('come from a variable, in its order', () => {
    const keys = readPayloadKeys({ LONGHAND_PAYLOAD_KEYS: `new:${key(2)}, old.1:${key(1)}` });
    expect([...keys!]).toEqual([
      ['new', Buffer.alloc(32, 2)],
      ['old.1', Buffer.alloc(32, 1)],
    ]);
  });

  it('come from a file, one a line', () => {
    const file = fileOf(`b:${key(2)}\n\na:${key(1)}\r\n`);
    expect([...readPayloadKeys({ LONGHAND_PAYLOAD_KEYS_FILE: file })!.keys()]).toEqual(['b', 'a']);
  });

  it.each([
    ['a key without an ID', key(1), /key 1 of LONGHAND_PAYLOAD_KEYS to read id:key/],
    ['an ID with a space', `a b:${key(1)}`, /to read id:key/],
    ['a key that is not base64', `a:${key(1)},b:${'*'.repeat(44)}`, /key 2 of LONGHAND_PAYLOAD_KEYS to read/],
    ['a short key', `a:${Buffer.alloc(16, 7).toString('base64')}`, /to have 32 bytes, got 16/],
    ['an ID twice', `a:${key(1)},a:${key(2)}`, /to have an ID of its own, got `a` again/],
    ['nothing but commas', ' , ,', /to hold a key, got none/],
  ])('are refused, and not shown: %s', (_, text, message) => {
    const read = () => readPayloadKeys({ LONGHAND_PAYLOAD_KEYS: text });
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
    for (const secret of [key(1), key(2), '****', Buffer.alloc(16, 7).toString('base64')]) {
      expect(read).not.toThrow(secret);
    }
  });

  it('are refused where the file is not there, and where both are set', () => {
    const file = join(folder, 'none');
    expect(() => readPayloadKeys({ LONGHAND_PAYLOAD_KEYS_FILE: file })).toThrow(/can be read, got ENOENT/);
    const both = { LONGHAND_PAYLOAD_KEYS: `a:${key(1)}`, LONGHAND_PAYLOAD_KEYS_FILE: fileOf(`a:${key(1)}`) };
    expect(() => readPayloadKeys(both)).toThrow(/got both/);
  });

  it('are told apart by their IDs alone', () => {
    expect(payloadKeyIds({ LONGHAND_PAYLOAD_KEYS: `b:${key(2)},a:${key(1)}` })).toBe('b, a');
    expect(payloadKeyIds({})).toBeNull();
  });
});
