import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { locateFfmpeg } from '../../activities/media/locate.ts';
import { verify } from '../../models/cache/verify.ts';
import { ensureModel } from '../../models/catalogue.ts';
import type { SupervisorSettings } from '../../workers/supervisor/protocol.ts';
import { demandHome, freeBytes } from '../../workers/supervisor/room.ts';
import { awaitServer } from '../../workers/supervisor/server.ts';
import { locateTemporalCli } from '../../workers/supervisor/temporal-cli.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { connectTo } from './backend.ts';
import { openDisplay } from './display.ts';
import { exitStatusOf, explain } from './exit.ts';

/** Bytes that weights, graphs, tools and an hour's recording need. */
const ROOM_NEEDED = 1_500_000_000;

/** A check gives one line on what it found, or throws the coded error that says what to do. */
type Check = readonly [subject: string, look: () => Promise<string>];

/**
 * `longhand doctor`: does each thing that a transcription needs, fetching what is not there yet, and says what it
 * found. Gives the exit status: that of the first check that failed.
 */
export async function doctor({ home, model, address }: SupervisorSettings): Promise<number> {
  const display = openDisplay();
  const options = {
    home,
    onProgress: (name: string, done: number, total: number | null) => display.fetched(name, done, total),
    onNotice: (text: string) => display.note(text),
  };
  const checks: Check[] = [
    [
      'machine',
      () =>
        Promise.resolve(
          `${process.platform} ${process.arch}, ${availableParallelism()} threads, Node ${process.version}`,
        ),
    ],
    ['home', () => checkHome(home)],
    address === null
      ? ['server', async () => `embedded, ${await locateTemporalCli(options)}`]
      : ['server', () => checkServer(address)],
    ['ffmpeg', async () => Object.values(await locateFfmpeg(options)).join(', ')],
    ['weights', () => checkWeights(model, options)],
  ];
  let status = 0;
  for (const [subject, look] of checks) {
    try {
      report('ok', subject, await look());
    } catch (error) {
      report('failed', subject, explain(error));
      status ||= exitStatusOf(error);
    }
  }
  display.close();
  return status;
}

function report(verdict: string, subject: string, text: string): void {
  process.stdout.write(`${verdict.padEnd(8)}${subject.padEnd(10)}${text}\n`);
}

async function checkServer(address: string): Promise<string> {
  await awaitServer(address);
  const connection = await connectTo(address);
  await connection.close();
  return `answers at ${address}`;
}

async function checkHome(home: string): Promise<string> {
  await demandHome(home);
  const free = await freeBytes(home);
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (free < ROOM_NEEDED) {
    throw new LonghandError(
      'LH_DISK_FULL',
      `Expected ${gigabytes(ROOM_NEEDED)} free at ${home}, found ${gigabytes(free)}; make room or set LONGHAND_HOME`,
    );
  }
  return `${home}, ${gigabytes(free)} free`;
}

async function checkWeights(name: string, options: Parameters<typeof ensureModel>[1]): Promise<string> {
  const model = await ensureModel(name, options);
  const [damage] = await verify(model.folder, model);
  if (damage) {
    throw new LonghandError(
      'LH_CHECKSUM',
      `Expected the catalogue's bytes in ${join(model.folder, damage.file)}, found: ${damage.problem}; remove the folder to fetch it again`,
    );
  }
  return `${name} at ${model.folder}`;
}
