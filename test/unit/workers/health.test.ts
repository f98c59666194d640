import { describe, expect, it } from 'vitest';
import { isServedHere, readServed } from '../../../workers/health.ts';

const NOW = new Date(1_700_000_000_000);

describe('what a container serves', () => {
  it('is read from its command and its environment', () => {
    const words = ['tini', '--', 'longhand', 'worker', 'media', ''];
    const env = { LONGHAND_ADDRESS: 'temporal:7233', LONGHAND_NAMESPACE: 'calls' };

    expect(readServed(words, env)).toEqual({
      address: 'temporal:7233',
      namespace: 'calls',
      queue: 'media',
      role: 'media',
    });
  });

  it('is what the command says where the environment says something else', () => {
    const words = [
      '/bin/sh',
      'longhand',
      'worker',
      'gpu',
      '--address=here:1',
      '--model',
      'small',
      '--device',
      'cuda:0',
    ];

    expect(readServed(words, { LONGHAND_ADDRESS: 'there:2' })).toEqual({
      address: 'here:1',
      namespace: 'default',
      queue: 'gpu.small',
      role: 'gpu',
    });
  });

  it.each([
    ['gpu', '-m', 'small', ''],
    ['gpu', '-msmall', ''],
    ['--store', 's3://calls', '-m', 'small', '--device', 'cpu', 'gpu', ''],
    ['--devices', 'cuda:0,cpu', '-m', 'small', 'gpu', ''],
  ])('is read from flags in short and before the kind: %s %s %s', (...flags) => {
    expect(readServed(['longhand', 'worker', ...flags], { LONGHAND_ADDRESS: '' })).toEqual({
      address: 'localhost:7233',
      namespace: 'default',
      queue: 'gpu.small',
      role: 'gpu',
    });
  });

  it('is of a consumer the task queue of its replies', () => {
    const words = ['longhand', 'consume', '--exchange', 'ended', '--most-open', '9', 'jobs', ''];
    expect(readServed(words, {})).toMatchObject({ queue: 'replies.jobs', role: 'consumer' });
    expect(readServed(['longhand', 'consume', '--help'], {})).toBeNull();
  });

  it('is nothing where no worker runs', () => {
    expect(readServed(['tini', '--', 'longhand', 'transcribe', 'talk.mp3'], {})).toBeNull();
    expect(readServed(['tini', '--', 'longhand', 'worker', '--help'], {})).toBeNull();
  });
});

describe('a worker polls here', () => {
  const polling = (identity: string, ago: number) => {
    const lastAccessTime = { seconds: (NOW.getTime() - ago) / 1000 };
    return isServedHere([{ identity, lastAccessTime }], 'gpu', '3f2a', NOW);
  };

  it('when the server heard it in the last two minutes', () => {
    expect(polling('gpu.cpu 7@3f2a 1a2b3c4d', 65_000)).toBe(true);
    expect(polling('gpu.cpu 7@3f2a 1a2b3c4d', 125_000)).toBe(false);
  });

  it('and not when the one it heard is another container’s, or of another kind', () => {
    expect(polling('gpu.cpu 7@3f2 1a2b3c4d', 0)).toBe(false);
    expect(polling('gpu.cpu 7@3f2a5 1a2b3c4d', 0)).toBe(false);
    expect(polling('media 7@3f2a 1a2b3c4d', 0)).toBe(false);
    expect(isServedHere([], 'gpu', '3f2a', NOW)).toBe(false);
  });
});
