import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's package of the prompts, and the folder of those recordings in it and where it is installed. */
const PACKAGE = 'asterisk-core-sounds-en-wav';
const VERSION = '1.6.1-1';
const SOUNDS = 'usr/share/asterisk/sounds/en_US_f_Allison';

/** How a prompt's file is found by its ID. */
export type PromptPath = (id: string) => string;

/** The prompts: of the installed package, of `cache`, or fetched into it. Throws where they cannot be had. */
export async function findPrompts(cache: string): Promise<PromptPath> {
  const fetched = join(cache, `${PACKAGE}-${VERSION}`);
  for (const root of ['/', fetched]) if (await isThere(join(root, SOUNDS))) return within(root);
  await fetchPackage(cache, fetched).catch((error: Error) => {
    throw new Error(
      `Expected ${PACKAGE} ${VERSION}, installed or as apt-get fetches it; elsewhere than on Debian, unpack ` +
        `the package into ${fetched}. ${error.message}`,
      { cause: error },
    );
  });
  return within(fetched);
}

const within =
  (root: string): PromptPath =>
  (id) =>
    join(root, SOUNDS, `${id}.wav`);

async function fetchPackage(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'prompts-'));
  try {
    await run('apt-get', ['download', `${PACKAGE}=${VERSION}`], { cwd: draft });
    await run('dpkg-deb', ['--extract', join(draft, `${PACKAGE}_${VERSION}_all.deb`), join(draft, 'root')]);
    await rename(join(draft, 'root'), folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
