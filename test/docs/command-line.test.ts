/** The page about the command line tells of every command, option, JSON shape and exit status that there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../client/cli/program.ts';
import { EXIT } from '../../workflows/errors.ts';
import { ROOT } from '../support/root.ts';

const page = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8');

/** First column of the table below a heading, without its marks. */
function rowsBelow(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [below = ''] = section.split('\n## ');
  return [...below.matchAll(/^\| `?([^|`]+?)`? +\|/gm)].map(([, cell = '']) => cell).slice(2);
}

/** Commands that do something themselves, by their words behind `longhand`. */
function* commandsOf(command: Command, before = ''): Iterable<[string, Command]> {
  for (const one of command.commands) {
    const name = `${before}${one.name()}`;
    if (one.commands.length === 0) yield [name, one];
    else yield* commandsOf(one, `${name} `);
  }
}

const commands = [...commandsOf(makeProgram())];

describe.each(commands)('%s', (name, command) => {
  it('has --json, with its shape', () => {
    expect(command.options.map(({ long }) => long)).toContain('--json');
    expect(rowsBelow('--json')).toContain(name);
  });

  it('has no option that the page does not name', () => {
    const long = command.options.map((option) => option.long ?? '');
    expect(long.filter((option) => !new RegExp(`${option}\\b`).test(page))).toEqual([]);
  });
});

it('the shapes are of commands that there are', () => {
  expect(rowsBelow('--json').sort()).toEqual(commands.map(([name]) => name).sort());
});

it('the table of exit statuses has each', () => {
  const statuses = rowsBelow('Exit statuses').map(Number);
  expect(statuses).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});
