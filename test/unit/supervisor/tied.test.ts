import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { tied } from '../../../workers/supervisor/tied.ts';
import { until } from '../../support/until.ts';

/** Processes with this word in their command line, the watcher's included. */
async function holding(word: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.includes(word));
}

const LIMIT = 60_000;

const nothingHolds = (word: string) =>
  until(async () => (await holding(word)).length === 0, `Expected no process with ${word}`);

function start(command: string, args: string[]): ChildProcess {
  return spawn(...tied(command, args), { stdio: ['pipe', 'ignore', 'ignore'] });
}

describe.skipIf(process.platform !== 'linux')('a tied command', { timeout: LIMIT }, () => {
  it('a signal at any moment of the start leaves nothing running', async () => {
    const word = `60.${process.pid}1`;
    for (let round = 0; round < 80; round += 1) {
      const child = start('sleep', [word]);
      await setTimeout(round % 8);
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await nothingHolds(word);
  });

  it('the command runs under the process ID of what was spawned, and ends when the pipe closes', async () => {
    const word = `60.${process.pid}2`;
    const child = start('sleep', [word]);
    const name = () => readFile(`/proc/${child.pid}/comm`, 'utf8');
    await until(async () => (await name()) === 'sleep\n', 'Expected the command');
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    await nothingHolds(word);
  });

  it('a command that does not hear is killed', async () => {
    const word = `60.${process.pid}3`;
    const child = start('sh', ['-c', `trap '' TERM; exec sleep ${word}`]);
    await until(
      async () => (await holding(word)).some((line) => line.startsWith('sleep')),
      'Expected it to run',
    );
    child.stdin?.end();
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});
