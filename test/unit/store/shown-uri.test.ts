import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { shownUri } from '../../../activities/store/shown-uri.ts';
import { sourcePath } from '../../../client/source.ts';

describe('shownUri', () => {
  it('shows scheme, host and path, and nothing that may be a secret', () => {
    expect(shownUri('https://example.org:8443/talks/a%20b.mp3')).toBe(
      'https://example.org:8443/talks/a%20b.mp3',
    );
    expect(shownUri('https://ann:hunter2@example.org/a.mp3?X-Amz-Signature=5ec4e7#t5ec4e7')).toBe(
      'https://example.org/a.mp3?…#…',
    );
    expect(shownUri('s3://key:5ec4e7@bucket/a.mp3?sig=5ec4e7')).toBe('s3://bucket/a.mp3?…');
    expect(shownUri('file:///srv/a.mp3')).toBe('file:///srv/a.mp3');
    expect(shownUri('secret:TALK')).toBe('secret:TALK');
    expect(shownUri('secret:hush')).toBe('secret:…');
  });

  it('shows the scheme alone where host and password cannot be told apart', () => {
    for (const rest of [
      '//ann:hun?ter2@example.org/',
      '//ann:hun/ter2@example.org/',
      '//ann:hun#ter2@example.org',
    ]) {
      expect(shownUri(`https:${rest}`)).toBe('https:…');
    }
    expect(shownUri('data:audio/wav;base64,5ec4e7')).toBe('data:…');
    expect(shownUri('5ec4e7')).toBe('…');
  });

  it.each([
    'https://ann:5ec4e7@example.org/a.mp3?X-Amz-Signature=5ec4e7',
    'https://ann:5ec/4e7@example.org/5ec4e7',
    's3://bucket:5ec4e7/a.mp3?sig=5ec4e7',
  ])('keeps the secret of a refused URL out of the whole error: %s', (uri) => {
    const refused = (() => {
      try {
        return sourcePath(uri);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toMatchObject({ code: 'LH_SOURCE_SCHEME' });
    // The stack is of this file, whose own text is no part of it.
    expect(inspect(refused, { depth: Infinity, showHidden: true })).not.toContain('5ec4e7');
  });
});
