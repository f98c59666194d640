import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longhand } from '../../support/longhand.ts';
import { MAIN } from '../../support/root.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  await mkdir(path('bin'));
  await writeFile(path('bin/longhand'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  await chmod(path('bin/longhand'), 0o755);
  await mkdir(path('work'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What bash offers for the last of `words`, with the script sourced as a user would. */
async function complete(...words: string[]): Promise<string[]> {
  const script = [
    'source <(longhand completion bash) && source <(longhand completion bash)',
    'COMP_WORDS=(longhand "$@") COMP_CWORD=$#',
    '_longhand',
    String.raw`printf '%s\n' "\${COMPREPLY[@]}"`.replace('\\$', '$'),
    'complete -p longhand >&2',
  ].join('\n');
  const env = { ...process.env, PATH: `${path('bin')}:${process.env.PATH}` };
  const args = ['--norc', '-c', script, 'bash', ...words];
  const { stdout, stderr } = await promisify(execFile)('bash', args, { env, cwd: path('work') });
  // Where nothing is offered, bash goes on to file names.
  expect(stderr).toContain('-o default');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [['tr'], ['transcribe']],
    [
      ['models', ''],
      ['list', 'add', 'pull', 'verify', 'remove', 'help'],
    ],
    [
      ['models', 'pull', ''],
      ['base', 'tiny.en'],
    ],
    [
      ['worker', ''],
      ['media', 'gpu'],
    ],
    [['transcribe', '--rec'], ['--recursive']],
    [
      ['transcribe', '--model', ''],
      ['base', 'tiny.en'],
    ],
    [['list', '--status', 'run'], ['running']],
    [['start', '--priority', 'b'], ['batch']],
    [['list', '--status', 'timed'], ['timed out']],
    [['transcribe', 'tal'], []],
    [['transcribe', '--out', ''], []],
  ])('of %j offers %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });

  it('runs nothing that stands in the words', async () => {
    expect(await complete('transcribe', '$(touch pwned)`touch pwned`;touch pwned')).toEqual([]);
    expect(await readdir(path('work'))).toEqual([]);
  });

  it('offers every command, and not what only shells call', async () => {
    const commands = [
      'transcribe',
      'start',
      'watch',
      'result',
      'cancel',
      'delete',
      'ceiling',
      'retry',
      'reprocess',
      'list',
      'up',
      'worker',
      'stats',
      'devices',
      'tune',
      'doctor',
      'consume',
      'models',
      'dataset',
    ];
    expect(await complete('')).toEqual([...commands, 'completion', 'help']);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('has a script for %s, also as JSON', async (shell) => {
    const { stdout } = await longhand(folder, ['completion', shell]).outcome;
    expect(stdout).toContain('longhand complete -- ');
    const json = await longhand(folder, ['completion', shell, '--json']).outcome;
    expect(JSON.parse(json.stdout)).toEqual({ shell, script: stdout });
  });

  it('refuses another shell', async () => {
    expect((await longhand(folder, ['completion', 'tcsh']).outcome).stderr).toMatch(/^LH_OPTION_INVALID: /);
  });
});
