import { describe, expect, it } from 'vitest';
import { logLine, readLogSettings } from '../../../workers/figures/log.ts';

describe('the settings of the log', () => {
  it('are text and one in a hundred where nothing is said, or nothing is set', () => {
    const usual = { format: 'text', sample: 0.01 };
    expect(readLogSettings({})).toEqual(usual);
    expect(readLogSettings({ LONGHAND_LOG: '', LONGHAND_LOG_SAMPLE: '' })).toEqual(usual);
  });

  it.each(['0', '1', '.5', '0.25', '1.0'])('take %s as a part', (text) => {
    const { sample } = readLogSettings({ LONGHAND_LOG: 'json', LONGHAND_LOG_SAMPLE: text });
    expect(sample).toBe(Number(text));
  });

  it.each(['1.1', '-0.1', '1%', 'NaN'])('refuse %s as a part, and name it', (text) => {
    expect(() => readLogSettings({ LONGHAND_LOG_SAMPLE: text })).toThrow(
      `Expected \`LONGHAND_LOG_SAMPLE\` to be a number from 0 to 1, got \`${text}\``,
    );
  });

  it('refuse another format, and name it', () => {
    expect(() => readLogSettings({ LONGHAND_LOG: 'xml' })).toThrow(
      'Expected `LONGHAND_LOG` to be text or json, got `xml`',
    );
  });
});

describe('a line of the log', () => {
  const entry = { level: 'WARN', message: 'news', timestampNanos: 1_700_000_000_123_456_789n } as const;
  const read = (meta: Record<string, unknown>): unknown => JSON.parse(logLine({ ...entry, meta }));

  it('is one JSON document with the workflow and its run', () => {
    const line = logLine({ ...entry, message: 'two\nlines', meta: { workflowId: 'talk', runId: 'r' } });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      time: '2023-11-14T22:13:20.123Z',
      level: 'WARN',
      message: 'two\nlines',
      workflowId: 'talk',
      runId: 'r',
    });
  });

  it("has the run of an activity's workflow by the same name", () => {
    const line = read({ workflowId: 'talk', workflowRunId: 'r', activityType: 'save' });
    expect(line).toMatchObject({ workflowId: 'talk', runId: 'r', activityType: 'save' });
  });

  it('keeps the token to itself by which an activity is answered', () => {
    expect(JSON.stringify(read({ taskToken: 'secret' }))).not.toContain('secret');
  });

  it('shows errors with their cause, and numbers of any size', () => {
    const error = new TypeError('above', { cause: new Error('below') });
    expect(read({ error, size: 2n ** 60n })).toMatchObject({
      error: { name: 'TypeError', message: 'above', cause: { message: 'below' } },
      size: '1152921504606846976',
    });
  });
});
