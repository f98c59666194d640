import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testHome, type TestHome } from '../../support/home.ts';
import { findPart } from '../../support/processes.ts';
import { ROOT } from '../../support/root.ts';
import { HEAVY, listLoaded } from './loaded.ts';
import { installInEmptyProject, userEnvironment, type Project } from './npm.ts';

const CLIP = fileURLToPath(new URL('../../audio/en/jfk.flac', import.meta.url));
const WORDS = 'ask not what your country can do for you';
/** A registry that is slow to give what npm's cache lacks. */
const INSTALL_LIMIT = 300_000;
const LIMIT = 120_000;

/** A user's program, with a mistake in it that the types must find. */
const PROGRAM = `
import { ERRORS, Longhand, LonghandError, type FollowEvent, type TranscriptionResult } from 'longhand';
import type { DroppedSegment, RawText, ReprocessOptions, TextChange } from 'longhand';
import { applySteps, type TextStepOptions } from 'longhand/text';

const [address = '', store = '', clip = ''] = process.argv.slice(2);
const longhand = new Longhand({ address, store });
try {
  // @ts-expect-error: a language is named by its code
  await longhand.transcribe(clip, { language: 7 }).catch(() => undefined);

  const transcription = await longhand.transcribe(clip, { language: 'en', formats: ['txt'] });
  // @ts-expect-error: a script is one of a few
  const wrong: TextStepOptions = { step: 'script', to: 'latin' };
  const steps: TextStepOptions[] = [{ step: 'numbers' }];
  const { segments, dropped, changes } = applySteps([{ text: '一千二百三十四万', language: 'zh' }], steps);
  const told: [readonly DroppedSegment[], readonly TextChange[], RawText | undefined] = [dropped, changes, segments[0]?.raw];
  const again: ReprocessOptions = { text: steps, formats: ['txt'] };
  const figures = segments[0]?.text;

  const events: FollowEvent['type'][] = [];
  for await (const event of transcription.follow()) events.push(event.type);
  const result: TranscriptionResult = await transcription.result();
  const missing = await longhand.transcribe('no/such/file').catch((error: unknown) => error);
  const code = missing instanceof LonghandError ? missing.code : null;
  const text = await transcription.read('txt');
  process.stdout.write(JSON.stringify({ events, result, code, exit: code && ERRORS[code].exit, text, figures }));
} finally {
  await longhand.close();
}
`;

let project: Project;
let home: TestHome;
const run = (command: string, args: readonly string[]) =>
  promisify(execFile)(command, args, { cwd: project.path, env: environment() });
const environment = () => ({ ...userEnvironment(), LONGHAND_HOME: home.path });

beforeAll(async () => {
  [project, home] = await Promise.all([installInEmptyProject(), testHome()]);
}, INSTALL_LIMIT);
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

describe('a TypeScript program', () => {
  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])(
    'that uses the library passes the strictest check, as %s modules resolved for %s',
    async (module, moduleResolution) => {
      await writeFile(join(project.path, 'program.ts'), PROGRAM);
      const compilerOptions = {
        ...{ target: 'ES2022', module, moduleResolution, outDir: 'out', rootDir: '.' },
        ...{ strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true },
        ...{ types: ['node'], typeRoots: [join(ROOT, 'node_modules', '@types')] },
      };
      await writeFile(
        join(project.path, 'tsconfig.json'),
        JSON.stringify({ compilerOptions, files: ['program.ts'] }),
      );
      const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      const complaint = await run(process.execPath, [tsc]).then(
        ({ stdout }) => stdout,
        (error: unknown) => (error as { stdout?: string }).stdout || String(error),
      );
      expect(complaint).toBe('');
    },
    LIMIT,
  );
});

describe('longhand up, of the project', () => {
  let address: string;
  beforeAll(async () => {
    address = await up();
  }, LIMIT);

  it(
    'serves a program of the project, which loads neither ONNX Runtime nor the Temporal worker',
    async () => {
      const { stdout, modules } = await listLoaded(
        ['out/program.js', address, join(home.path, 'store'), CLIP],
        {
          cwd: project.path,
          env: environment(),
        },
      );
      const { events, result, code, exit, text, figures } = JSON.parse(stdout) as Record<string, unknown>;
      expect(text).toContain(WORDS);
      expect(figures).toBe('1234万');
      expect(result).toMatchObject({ sections: 1, gaps: 0, language: 'en' });
      expect(events).toEqual(expect.arrayContaining(['section', 'done']));
      expect({ code, exit }).toEqual({ code: 'LH_SOURCE_MISSING', exit: 3 });
      expect(modules.filter((path) => HEAVY.test(path))).toEqual([]);
    },
    LIMIT,
  );

  it(
    'serves npx longhand transcribe',
    async () => {
      const { stdout } = await run('npx', ['--no', 'longhand', 'transcribe', CLIP]);
      expect(stdout).toContain(WORDS);
    },
    LIMIT,
  );

  it('has workflows that were bundled before: its worker holds no compiler', async () => {
    const media = await findPart(home.path, 'media');
    expect(await readFile(`/proc/${media}/cmdline`, 'utf8')).toContain(project.installed);
    const mapped = await readFile(`/proc/${media}/maps`, 'utf8');
    expect(mapped).toMatch(/core-bridge.*\.node/);
    expect(mapped).not.toMatch(/swc.*\.node/);
  });
});

/** Starts `npx longhand up`; gives the server's address when the workers take work. */
function up(): Promise<string> {
  const child = spawn('npx', ['--no', 'longhand', 'up'], {
    cwd: project.path,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /Temporal server at (\S+:\d+)[\s\S]*Ready/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once('close', () => reject(new Error(`Expected longhand up to get ready, but it said: ${said}`)));
  });
}
