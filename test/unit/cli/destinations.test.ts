import { describe, expect, it } from 'vitest';
import { placeFiles } from '../../../client/cli/files/destinations.ts';

const file = (path: string, folder = '') => ({ path, folder });

describe('placeFiles', () => {
  it('keeps the folders below the one that was named', () => {
    const files = [file('calls/a/talk.mp3', 'a'), file('calls/b/talk.mp3', 'b'), file('talk.mp3')];
    expect(placeFiles(files, '/out').map(({ out }) => out)).toEqual(['/out/a', '/out/b', '/out']);
  });

  it('gives no folder where outputs stay in the store', () => {
    const files = [file('x/talk.mp3'), file('y/talk.mp3')];
    expect(placeFiles(files, null).map(({ out }) => out)).toEqual([null, null]);
  });

  it.each([
    [file('x/talk.mp3'), file('y/talk.mp3')],
    [file('calls/talk.mp3'), file('calls/talk.wav')],
    [
      file('calls/talk.mp3'),
      { ...file('secret:TALK'), remote: { uri: 'secret:TALK', name: 'talk', sha256: null } },
    ],
    [file('calls/a/talk.mp3', 'a'), file('more/a/talk.mp3', 'a')],
  ])('refuses %j and %j, which would write the same file', (one, other) => {
    expect(() => placeFiles([one, other], '/out')).toThrow(
      expect.objectContaining({
        code: 'LH_OUTPUT_COLLISION',
        message: expect.stringContaining(`${one.path} and ${other.path}`) as string,
      }),
    );
  });
});
