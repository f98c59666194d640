import { chmod, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decode, type DecodeLimits } from '../../../activities/media/ffmpeg.ts';
import type { FfmpegPaths } from '../../../activities/media/locate.ts';
import { probe } from '../../../activities/media/probe.ts';
import { audio, FFMPEG, temporaryFolder } from '../../formats/audio.ts';
import { until } from '../../support/until.ts';

const TIME_LIMIT = 15_000;
const LIMITS: DecodeLimits = { samples: 16_000 * 60, total: 60, stall: 60 };
const path = temporaryFolder();
const refused = (code: string, message: RegExp = /^Expected /): unknown =>
  expect.objectContaining({ name: 'LonghandError', code, message: expect.stringMatching(message) as string });

/** Both programs replaced by a shell script, which first writes its process id. */
async function program(script: string): Promise<FfmpegPaths & { pid: () => Promise<number> }> {
  const name = path(`program-${Math.random()}`);
  await writeFile(name, `#!/bin/sh\necho $$ > ${name}.pid\n${script}\n`);
  await chmod(name, 0o755);
  return { ffmpeg: name, ffprobe: name, pid: async () => Number(await readFile(`${name}.pid`, 'utf8')) };
}

/** Waits until a program has said which process it is. */
function running(given: { pid: () => Promise<number> }): Promise<number> {
  const pid = () => given.pid().catch(() => 0);
  return until(async () => (await pid()) || null, 'Expected it to run');
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

async function drain(samples: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const piece of samples) bytes += piece.length;
  return bytes;
}

const file = audio('formats/jfk_u8.wav');
const ONE_SECOND = 'head -c 32000 /dev/zero';

describe.skipIf(process.platform === 'win32')('an ffmpeg that fails', () => {
  it.each([
    [
      'status 1 after samples',
      `${ONE_SECOND}; echo '[mp3 @ 0x55aa] broken frame' >&2; exit 1`,
      'LH_AUDIO_UNREADABLE',
    ],
    ['a crash', `${ONE_SECOND}; kill -SEGV $$`, 'LH_AUDIO_UNREADABLE'],
    ['no sample', 'exit 0', 'LH_AUDIO_UNREADABLE'],
    ['a kill from outside', `${ONE_SECOND}; kill -KILL $$`, 'LH_FFMPEG_DIED'],
    ['an orderly stop on a signal', `${ONE_SECOND}; exit 255`, 'LH_FFMPEG_DIED'],
  ])(
    'with %s',
    async (_, script, code) => {
      await expect(drain(decode(await program(script), file))).rejects.toEqual(refused(code));
    },
    TIME_LIMIT,
  );

  it('with a status tells its last line', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program("echo first >&2; echo '[mp3 @ 0x55aa] broken frame' >&2; exit 1");
    const message = /but ffmpeg says: broken frame$/;
    await expect(drain(decode(ffmpeg, file))).rejects.toEqual(refused('LH_AUDIO_UNREADABLE', message));
    const probed = /but ffprobe says: broken frame$/;
    await expect(probe(ffmpeg, file)).rejects.toEqual(refused('LH_AUDIO_UNREADABLE', probed));
  });

  it('that is not there', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = { ffmpeg: path('none'), ffprobe: path('none') };
    await expect(drain(decode(ffmpeg, file))).rejects.toEqual(refused('LH_FFMPEG_MISSING'));
    await expect(probe(ffmpeg, file)).rejects.toEqual(refused('LH_FFMPEG_MISSING'));
  });

  it('by giving nothing more is killed', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program(`${ONE_SECOND}; exec sleep 60`);
    const limits = { ...LIMITS, stall: 1 };
    await expect(drain(decode(ffmpeg, file, { limits }))).rejects.toEqual(
      refused('LH_FFMPEG_HUNG', /no samples/),
    );
    expect(await gone(await ffmpeg.pid())).toBe(true);
  });

  it('by going on for ever is killed', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program('exec cat /dev/zero');
    const limits = { ...LIMITS, total: 1 };
    await expect(drain(decode(ffmpeg, file, { limits }))).rejects.toEqual(
      refused('LH_FFMPEG_HUNG', /no end/),
    );
    expect(await gone(await ffmpeg.pid())).toBe(true);
  });

  it('is not blamed for a caller that takes its time', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program(`${ONE_SECOND}; ${ONE_SECOND}`);
    let bytes = 0;
    for await (const piece of decode(ffmpeg, file, { limits: { ...LIMITS, stall: 1 } })) {
      if (bytes === 0) await sleep(3500);
      bytes += piece.length;
    }
    expect(bytes).toBe(64_000);
  });
});

describe.skipIf(process.platform === 'win32')('an ffmpeg that is not wanted any more', () => {
  it('is killed when the caller stops reading', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program('exec cat /dev/zero');
    for await (const piece of decode(ffmpeg, file)) if (piece.length > 0) break;
    expect(await gone(await ffmpeg.pid())).toBe(true);
  });

  it.each(['exec cat /dev/zero', 'exec sleep 60'])('is killed by the signal: %s', async (script) => {
    const ffmpeg = await program(script);
    const reason = new Error('cancelled');
    const controller = new AbortController();
    const reading = drain(decode(ffmpeg, file, { signal: controller.signal }));
    const pid = await running(ffmpeg);
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(await gone(pid)).toBe(true);
  });

  it('is never started where the signal came first', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    const ffmpeg = await program('exit 0');
    await expect(drain(decode(ffmpeg, file, { signal }))).rejects.toThrow('cancelled');
    await expect(probe(ffmpeg, file, { signal })).rejects.toThrow('cancelled');
    await expect(ffmpeg.pid()).rejects.toThrow('ENOENT');
  });
});

describe.skipIf(process.platform === 'win32')('an ffprobe that fails', () => {
  it('by hanging is killed', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program('exec sleep 60');
    await expect(probe(ffmpeg, file, { deadline: 2000 })).rejects.toEqual(refused('LH_FFMPEG_HUNG'));
    expect(await gone(await ffmpeg.pid())).toBe(true);
  });

  it('by talking without end is killed', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program('exec cat /dev/zero');
    await expect(probe(ffmpeg, file)).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
    expect(await gone(await ffmpeg.pid())).toBe(true);
  });

  it.each([
    ['SEGV', 'LH_AUDIO_UNREADABLE'],
    ['KILL', 'LH_FFMPEG_DIED'],
  ])('by SIG%s', async (signal, code) => {
    await expect(probe(await program(`kill -${signal} $$`), file)).rejects.toEqual(refused(code));
  });

  it('is killed by the signal', async () => {
    const ffmpeg = await program('exec sleep 60');
    const controller = new AbortController();
    const reading = probe(ffmpeg, file, { signal: controller.signal });
    const pid = await running(ffmpeg);
    controller.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
    expect(await gone(pid)).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('what ffmpeg is given', () => {
  it('is none of the worker’s environment but where programs are', { timeout: TIME_LIMIT }, async () => {
    process.env.LONGHAND_TEST_KEY = 'secret';
    try {
      const ffmpeg = await program(`env > ${path('environment')}; exit 1`);
      for (const act of [() => probe(ffmpeg, file), () => drain(decode(ffmpeg, file))]) {
        await writeFile(path('environment'), '');
        await expect(act()).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
        const names = (await readFile(path('environment'), 'utf8')).match(/^\w+(?==)/gm);
        expect(names).toContain('PATH');
        for (const name of names!)
          expect(['PATH', 'LD_LIBRARY_PATH', 'PWD', 'OLDPWD', 'SHLVL', '_']).toContain(name);
      }
    } finally {
      delete process.env.LONGHAND_TEST_KEY;
    }
  });

  it.skipIf(process.platform !== 'linux')('is a bound of memory', { timeout: TIME_LIMIT }, async () => {
    const ffmpeg = await program(`ulimit -v > ${path('memory')}; exit 1`);
    for (const act of [() => probe(ffmpeg, file), () => drain(decode(ffmpeg, file))]) {
      await writeFile(path('memory'), '');
      await expect(act()).rejects.toEqual(refused('LH_AUDIO_UNREADABLE'));
      expect(Number(await readFile(path('memory'), 'utf8'))).toBeLessThanOrEqual(2 * 1024 * 1024);
    }
  });
});

describe('bounds of decoding', () => {
  it('ends a little after the most samples', { timeout: TIME_LIMIT }, async () => {
    const bytes = await drain(decode(FFMPEG, file, { limits: { ...LIMITS, samples: 16_000 * 2 } }));
    expect(bytes).toBeGreaterThan(16_000 * 2 * 2);
    expect(bytes).toBeLessThanOrEqual(16_000 * 3.1 * 2);
  });

  it('takes SIGTERM of the real ffmpeg for no fault of the file', { timeout: TIME_LIMIT }, async () => {
    const wrapper = await program(`exec ${FFMPEG.ffmpeg} -re "$@"`);
    const reading = (async () => {
      let bytes = 0;
      for await (const piece of decode(wrapper, file)) {
        if (bytes === 0) process.kill(await wrapper.pid(), 'SIGTERM');
        bytes += piece.length;
      }
    })();
    await expect(reading).rejects.toEqual(refused('LH_FFMPEG_DIED'));
  });
});
