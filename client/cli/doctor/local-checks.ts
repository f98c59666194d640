import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { locateFfmpeg } from '../../../activities/media/locate.ts';
import { openStore } from '../../../activities/store/open.ts';
import type { FetchOptions } from '../../../models/cache/fetch.ts';
import { ensureModel } from '../../../models/catalogue.ts';
import { findDevices, NO_CUDA } from '../../../workers/devices/found.ts';
import { demandHome, freeBytes } from '../../../workers/supervisor/room.ts';
import { LonghandError, type ErrorCode } from '../../../workflows/errors.ts';
import { isShared } from '../../given-store.ts';
import { gigabytes } from '../display/describe.ts';
import { mendCommand, verifyModel } from '../models/verify.ts';
import { fetchStep, homeStep, ok, warning, type Check } from './check.ts';

/** Bytes that weights, graphs, tools and an hour's recording need. */
const ROOM_NEEDED = 1_500_000_000;

export const machine: Check = {
  subject: 'machine',
  look: () =>
    Promise.resolve(
      ok(`${process.platform} ${process.arch}, ${availableParallelism()} threads, Node ${process.version}`),
    ),
};

export const home = (folder: string): Check => ({
  subject: 'home',
  look: async () => {
    await demandHome(folder);
    const free = await freeBytes(folder);
    if (free < ROOM_NEEDED) {
      const message = `Expected ${gigabytes(ROOM_NEEDED)} free at ${folder}, found ${gigabytes(free)}`;
      throw new LonghandError('LH_DISK_FULL', message);
    }
    return ok(`${folder}, ${gigabytes(free)} free`);
  },
  next: homeStep,
});

/** Writes, reads and deletes a value of its own. */
export const store = (url: string): Check => ({
  subject: 'store',
  look: async () => {
    const opened = await openStore(url);
    const key = `probes/${randomUUID()}`;
    const written = Buffer.from(key);
    await opened.put(key, written);
    const read = await opened.get(key);
    await opened.delete(key);
    if (read?.equals(written) !== true) {
      throw new LonghandError('LH_STORE_MISSING', `Expected to read from ${url} what was just written there`);
    }
    return ok(`${url}, written and read`);
  },
  next: (code) => (isShared(url) ? bucketStep(code) : folderStep(code)),
});

function folderStep(code: ErrorCode): string {
  if (code === 'LH_OPTION_INVALID') return 'name a folder or a bucket: longhand doctor --store /path';
  if (code === 'LH_DISK_FULL') {
    return 'make room, or name a folder on another disk: longhand doctor --store /path';
  }
  return 'name a folder that you may write: longhand doctor --store /path';
}

function bucketStep(code: ErrorCode): string {
  if (code === 'LH_OPTION_INVALID') {
    return 'set AWS_REGION, and name a bucket: longhand doctor --store s3://bucket/prefix';
  }
  if (code === 'LH_STORE_MISSING') {
    return 'make the bucket, or name one that is there: longhand doctor --store s3://bucket/prefix';
  }
  return 'set AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then: longhand doctor';
}

/** The weights, fetched where they are not here, and every byte of them and their graphs read. */
export const model = (name: string, fetching: FetchOptions): Check => ({
  subject: 'models',
  look: async () => {
    const found = await ensureModel(name, fetching);
    const { ok: isWhole, weights, graphs } = await verifyModel(fetching.home, found);
    if (!isWhole) {
      const damage = [
        ...weights.map(({ file, problem }) => `${file} ${problem}`),
        ...graphs.flatMap(({ problem }) => problem ?? []),
      ];
      throw new LonghandError('LH_CHECKSUM', `Expected the catalogue's ${name}, found ${damage.join('; ')}`);
    }
    const built = graphs.map((graph) => graph.name).join(', ');
    return ok(`${name} at ${found.folder}, graphs ${built || 'not built yet'}`);
  },
  next: (code) =>
    code === 'LH_CHECKSUM'
      ? mendCommand(fetching.home, name)
      : fetchStep(
          code,
          `with a network: longhand models pull ${name}; without: LONGHAND_MODELS, as said above`,
        ),
});

export const ffmpeg = (fetching: FetchOptions): Check => ({
  subject: 'ffmpeg',
  look: async () => ok(Object.values(await locateFfmpeg(fetching)).join(', ')),
  next: (code) =>
    fetchStep(code, process.platform === 'darwin' ? 'brew install ffmpeg' : 'sudo apt-get install ffmpeg'),
});

export const devices: Check = {
  subject: 'devices',
  look: async () => {
    const devices = await findDevices();
    const found = devices
      .map(({ device, name, memory: { free, total } }) => {
        const memory = `${gigabytes(free)} of ${gigabytes(total)} free`;
        return `${device} (${name}, ${memory})`;
      })
      .join(', ');
    if (devices.some(({ reason }) => reason === NO_CUDA)) {
      const next = 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node';
      return warning(`${found}, but ${NO_CUDA}`, next);
    }
    return ok(found);
  },
};
