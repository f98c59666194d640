import { describe, expect, it } from 'vitest';
import { parseSubtitles } from '../../../../client/cli/dataset/subtitles.ts';

describe('parseSubtitles', () => {
  it('reads SubRip as editors write it', () => {
    const content =
      '\uFEFF1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>One</i>,\r\ntwo.\r\n\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,000\r\nA < B & C\r\n';
    expect(parseSubtitles(content, 'srt')).toEqual([
      { start: 1, end: 2.5, text: 'One, two.' },
      { start: 3600, end: 3601, text: 'A < B & C' },
    ]);
  });

  it('reads WebVTT with names, notes, settings and escapes', () => {
    const content =
      'WEBVTT - a talk\nKind: captions\n\nNOTE nothing\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.500 align:start\n<v Ann>A &lt; B &amp; C</v>\n';
    expect(parseSubtitles(content, 'vtt')).toEqual([{ start: 1, end: 2.5, text: 'A < B & C' }]);
  });

  it('loses no text that stands without times', () => {
    const content = '1\n00:00:01,000 --> 00:00:02,500\nOne.\n\nTwo.\n';
    expect(() => parseSubtitles(content, 'srt')).toThrow('in "Two."');
  });
});
