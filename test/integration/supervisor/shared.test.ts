import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testHome } from '../../support/home.ts';
import { longhand } from '../../support/longhand.ts';
import { endAll, findPart, kill, PARTS, processesOf, type Part } from '../../support/processes.ts';
import { until } from '../../support/until.ts';
import { standing } from '../../support/up.ts';
import { audio, committed, expectNothingLeft, interrupt } from '../cli/command.ts';

const LIMIT = 120_000;
const WORDS = 'ask not what your country can do for you';
const jfk = audio('en/jfk.flac');

/** How many processes of a part there are. */
async function count(home: string, part: Part): Promise<number> {
  const all = await processesOf(home);
  return all.filter(({ command }) => PARTS[part].test(command)).length;
}

/** Two sources of the same words under other names, so that each is work of its own. */
async function copies(home: string): Promise<string[]> {
  const paths = ['one.flac', 'two.flac'].map((name) => join(home, name));
  for (const path of paths) await copyFile(jfk, path);
  return paths;
}

describe('commands on one home', { timeout: LIMIT }, () => {
  it('that are the first, at once, share one supervisor and one server', async () => {
    await using home = await testHome();
    const commands = (await copies(home.path)).map((path) => longhand(home.path, ['transcribe', path]));
    let most = { supervisor: 0, server: 0 };
    const ended = Promise.all(commands.map(({ outcome }) => outcome));
    await until(async () => (await count(home.path, 'engine')) > 0, 'Expected an engine');
    await until(async () => {
      const now = {
        supervisor: await count(home.path, 'supervisor'),
        server: await count(home.path, 'server'),
      };
      most = { supervisor: now.supervisor, server: Math.max(most.server, now.server) };
      return now.supervisor === 1;
    }, 'Expected the second supervisor to step back');
    expect(most.server).toBe(1);
    for (const { status, stdout, stderr } of await ended) {
      expect(status, stderr).toBe(0);
      expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    }
    await expectNothingLeft(home.path);
  });

  it('keep the supervisor until the last has ended', async () => {
    await using home = await testHome();
    const first = await standing(home.path);
    const pid = await findPart(home.path, 'supervisor');
    const second = await standing(home.path);
    expect((await interrupt(first)).status).toBe(0);
    expect(await findPart(home.path, 'supervisor')).toBe(pid);
    const { status, stderr } = await longhand(home.path, ['transcribe', jfk]).outcome;
    expect(status, stderr).toBe(0);
    expect(await findPart(home.path, 'supervisor')).toBe(pid);
    expect((await interrupt(second)).status).toBe(0);
    await expectNothingLeft(home.path);
  });

  it('finish when an up ends under them', async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    const command = longhand(home.path, ['transcribe', audio('en/librivox_austen.flac')]);
    await until(() => command.stderr().includes('reading'), 'Expected the transcription to begin');
    expect((await interrupt(up)).status).toBe(0);
    const { status, stdout, stderr } = await command.outcome;
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('Dashwood');
    await expectNothingLeft(home.path);
  });
});

describe('what a kill leaves', { timeout: LIMIT }, () => {
  it('of a command: its lease is given back', async () => {
    await using home = await testHome();
    const command = longhand(home.path, ['transcribe', audio('en/librivox_austen.flac')]);
    await committed(home.path, 1);
    kill(command.process.pid ?? 0);
    await command.outcome;
    await expectNothingLeft(home.path);
  });

  it('of a supervisor and all else: neither its lock nor its address is in the way', async () => {
    await using home = await testHome();
    const up = await standing(home.path);
    kill(await findPart(home.path, 'supervisor'));
    kill(up.process.pid ?? 0);
    await endAll(home.path);
    expect(await readFile(join(home.path, 'supervisor', 'address.json'), 'utf8')).toContain('token');
    const { status, stdout, stderr } = await longhand(home.path, ['transcribe', jfk]).outcome;
    expect(status, stderr).toBe(0);
    expect(stdout.replaceAll('\n', ' ')).toContain(WORDS);
    await expectNothingLeft(home.path);
  });

  it.each(['not json', '{"port":1,"token":"x","pid":1}'])(
    'an address file of %j is in nobody’s way',
    async (text) => {
      await using home = await testHome();
      await mkdir(join(home.path, 'supervisor'));
      await writeFile(join(home.path, 'supervisor', 'address.json'), text);
      const up = await standing(home.path);
      expect((await interrupt(up)).status).toBe(0);
      await expectNothingLeft(home.path);
    },
  );
});
