/** Files that were made to do harm: refused, or transcribed within bounds. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { copyFile, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mostSamples } from '../../activities/ingest/decode-source.ts';
import { ingest } from '../../activities/ingest/ingest.ts';
import { openFolderStore } from '../../activities/store/folder.ts';
import { sourceKey } from '../../activities/store/keys.ts';
import type { Store } from '../../activities/store/store.ts';
import { MAX_RECORDING_SAMPLES, SAMPLE_RATE, type Recording } from '../../workflows/contract.ts';
import { LonghandError } from '../../workflows/errors.ts';
import { audio, FFMPEG, make, temporaryFolder } from './audio.ts';

const TIME_LIMIT = 60_000;
const path = temporaryFolder();
let folder = '';
let store: Store;
let stores = 0;
beforeEach(async () => {
  stores += 1;
  folder = path(`store-${stores}`);
  store = await openFolderStore(folder);
});

async function ingested(file: string): Promise<Recording> {
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  try {
    return await ingest({ uri: pathToFileURL(file).href, name: 'clip', sha256 }, { store, ffmpeg: FFMPEG });
  } finally {
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  }
}

/** The code of the refusal, or null where the file was ingested. */
const refusal = (file: string): Promise<string | null> =>
  ingested(file).then(
    () => null,
    (error: unknown) => {
      if (error instanceof LonghandError) return error.code;
      throw error;
    },
  );

describe('a script that names other files', () => {
  let server: Server;
  let asked = 0;
  let port = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    ({ port } = server.address() as AddressInfo);
    await copyFile(audio('formats/jfk.ts'), path('secret.ts'));
  });
  afterAll(() => server.close());

  const scripts = (uri: string): Record<string, string> => ({
    hls: `#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:11,\n${uri}\n#EXT-X-ENDLIST\n`,
    ffconcat: `ffconcat version 1.0\nfile '${uri}'\n`,
    dash: `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT11S"><Period><AdaptationSet mimeType="audio/mp2t"><Representation id="1" bandwidth="1"><BaseURL>${uri}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    sdp: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 0\n`,
    imf: `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>${uri}</Id></CompositionPlaylist>`,
    m3u: `${uri}\n`,
    pls: `[playlist]\nFile1=${uri}\nNumberOfEntries=1\n`,
    smil: `<smil><body><audio src="${uri}"/></body></smil>`,
  });

  it.each(Object.keys(scripts('')))(
    'as %s, by whatever name, opens none of them',
    async (kind) => {
      for (const [uri, name] of [
        [path('secret.ts'), 'script.mp3'],
        [`http://127.0.0.1:${port}/secret.ts`, `script.${kind}`],
      ] as const) {
        await writeFile(path(name), scripts(uri)[kind]!);
        expect(await refusal(path(name)), `${name} of ${uri}`).toBe('LH_AUDIO_UNREADABLE');
      }
      expect(asked).toBe(0);
    },
    TIME_LIMIT,
  );
});

describe('a header', () => {
  it.each([9, 64])('of %i channels is mixed to one', { timeout: TIME_LIMIT }, async (channels) => {
    const tone = Buffer.alloc(SAMPLE_RATE * channels * 2);
    // One channel alone has sound: a mix of all has some of it.
    for (let frame = 0; frame < SAMPLE_RATE; frame += 1)
      tone.writeInt16LE(frame % 40 < 20 ? 32_000 : -32_000, (frame * channels + channels - 1) * 2);
    await writeFile(path('many.wav'), wav({ channels, data: tone }));
    const { key, samples } = await ingested(path('many.wav'));
    expect(samples).toBe(SAMPLE_RATE);
    const peak = Math.abs((await store.get(key))!.readInt16LE(2000));
    expect(peak).toBeGreaterThan(32_000 / channels / 2);
    expect(peak).toBeLessThan((32_000 / channels) * 2);
  });

  it.each([
    ['65 channels', { channels: 65 }],
    ['65,535 channels', { channels: 65_535 }],
    ['no channel', { channels: 0 }],
    ['a rate of 0', { rate: 0 }],
  ])('of %s is refused', { timeout: TIME_LIMIT }, async (_, header) => {
    await writeFile(path('header.wav'), wav({ data: Buffer.alloc(1_000_000, 1), ...header }));
    expect(await refusal(path('header.wav'))).toBe('LH_AUDIO_UNREADABLE');
  });

  it('of 1 Hz makes no hours of sound of 20 KB', { timeout: TIME_LIMIT }, async () => {
    const data = Buffer.alloc(20_000, 1);
    await writeFile(path('slow.wav'), wav({ rate: 1, data }));
    expect(await refusal(path('slow.wav'))).toBe('LH_AUDIO_TOO_LONG');
  });

  it.each([0xffff_ffff, 0x7fff_ffff, 0])('that claims %i bytes gives what is there', async (claim) => {
    await writeFile(path('claims.wav'), wav({ data: Buffer.alloc(64_000, 1), claim }));
    expect((await ingested(path('claims.wav'))).samples).toBe(2 * SAMPLE_RATE);
  });

  it('that claims years of FLAC is refused or bounded', { timeout: TIME_LIMIT }, async () => {
    const flac = await readFile(audio('en/jfk.flac'));
    // The 36 bits of STREAMINFO that count the samples.
    flac[21]! |= 0x0f;
    flac.fill(0xff, 22, 26);
    await writeFile(path('years.flac'), flac);
    expect(['LH_AUDIO_TOO_LONG', null]).toContain(await refusal(path('years.flac')));
  });
});

describe('a bomb', () => {
  it('of an hour of silence in less than 1 MB is ingested', { timeout: TIME_LIMIT }, async () => {
    await make('-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '3600', path('bomb.flac'));
    expect((await readFile(path('bomb.flac'))).length).toBeLessThan(1_000_000);
    const { samples, sectionEnds } = await ingested(path('bomb.flac'));
    expect(samples).toBe(3600 * SAMPLE_RATE);
    expect(sectionEnds.length).toBeGreaterThanOrEqual(6);
  });

  it('may hold so much more than its bytes, and no more', () => {
    expect(mostSamples(1)).toBe(600 * SAMPLE_RATE);
    expect(mostSamples(7_000_000)).toBeGreaterThan(10 * 3600 * SAMPLE_RATE);
    expect(mostSamples(Number.MAX_SAFE_INTEGER)).toBe(MAX_RECORDING_SAMPLES);
  });
});

describe('a name', () => {
  it('that climbs out of its folder is a name', { timeout: TIME_LIMIT }, async () => {
    const bytes = await readFile(audio('formats/jfk_u8.wav'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.put(sourceKey(sha256), bytes);
    const uri = `store:${sourceKey(sha256)}`;
    for (const name of [
      '../../../out.wav',
      '/etc/passwd',
      '..',
      '-y',
      'a\0b',
      '\ud800',
      '\u202e',
      '字'.repeat(300),
    ]) {
      const { key, samples } = await ingest({ uri, name, sha256 }, { store, ffmpeg: FFMPEG });
      expect(samples).toBe(11 * SAMPLE_RATE);
      await store.delete(key);
    }
    expect((await readdir(folder)).sort()).toEqual(['.tmp', 'recordings', 'sources']);
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  });

  it.each(['../x', 'a/../b', '/etc/passwd', '', 'a\0', '.tmp/x', 'A'])('%j is no key', async (key) => {
    await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'LH_INTERNAL' });
    await expect(store.get(key)).rejects.toMatchObject({ code: 'LH_INTERNAL' });
  });

  it('that is a link is followed to a file, and to nothing else', { timeout: TIME_LIMIT }, async () => {
    await copyFile(audio('formats/jfk_u8.wav'), path('real.wav'));
    await symlink('real.wav', path('link.wav'));
    expect((await ingested(path('link.wav'))).samples).toBe(11 * SAMPLE_RATE);
    for (const [target, code] of [
      ['/dev/zero', 'LH_SOURCE_NOT_FILE'],
      ['.', 'LH_SOURCE_NOT_FILE'],
      ['nowhere.wav', 'LH_SOURCE_MISSING'],
    ] as const) {
      await rm(path('other.wav'), { force: true });
      await symlink(target, path('other.wav'));
      const source = { uri: pathToFileURL(path('other.wav')).href, name: 'x', sha256: 'a'.repeat(64) };
      await expect(ingest(source, { store, ffmpeg: FFMPEG })).rejects.toMatchObject({ code });
    }
  });
});

/** A WAV file of 16-bit samples, 8 where the rate is 1; `claim`: bytes that the header says it has. */
function wav({
  channels = 1,
  rate = SAMPLE_RATE,
  data,
  claim = data.length,
}: {
  channels?: number;
  rate?: number;
  data: Buffer;
  claim?: number;
}): Buffer {
  const bits = rate === 1 ? 8 : 16;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE((36 + claim) % 2 ** 32, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE((channels * rate * bits) / 8, 28);
  header.writeUInt16LE(((channels * bits) / 8) % 2 ** 16, 32);
  header.writeUInt16LE(bits, 34);
  header.write('data', 36);
  header.writeUInt32LE(claim, 40);
  return Buffer.concat([header, data]);
}
