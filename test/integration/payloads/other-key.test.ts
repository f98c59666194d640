import { expect, it } from 'vitest';
import { Pool, endWorker } from '../../faults/pool.ts';
import { until } from '../../support/until.ts';
import { audio } from '../cli/command.ts';

const key = (id: string, byte: number): string => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const KEYS = key('ours', 1);

it.each([
  ['no key', ''],
  ['another key', key('theirs', 2)],
  ['another key of the same name', key('ours', 3)],
])(
  'a gpu worker of %s says that it cannot read a chunk, and another does it',
  async (_, keys) => {
    process.env.LONGHAND_PAYLOAD_KEYS = KEYS;
    try {
      await using pool = await Pool.start();
      const [, wrong] = await Promise.all([
        pool.startWorker('media'),
        pool.startWorker('gpu', { LONGHAND_PAYLOAD_KEYS: keys }),
      ]);
      const transcription = await pool.transcribe(audio('en/jfk.flac'));
      const refused = await until(async () => {
        const { raw } = await pool.describe(transcription.id);
        return raw.pendingActivities?.find(({ lastFailure }) => lastFailure)?.lastFailure;
      }, 'Expected the worker to give the chunk back');
      expect(refused.applicationFailureInfo).toMatchObject({
        type: 'LH_PAYLOAD_UNREADABLE',
        nonRetryable: false,
      });
      expect((await transcription.describe()).status).toBe('running');
      await pool.startWorker('gpu');
      await endWorker(wrong, 'SIGTERM');
      expect(await transcription.result()).toMatchObject({ gaps: 0, falls: 0 });
    } finally {
      delete process.env.LONGHAND_PAYLOAD_KEYS;
    }
  },
  120_000,
);
