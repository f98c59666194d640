import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../client/cli/shell.ts';

it.each(['/srv/calls', 's3://calls/a-b', '', "it's a folder", '$HOME `x` "y" \\ ; &', '~/calls'])(
  'a shell reads %j back',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);
