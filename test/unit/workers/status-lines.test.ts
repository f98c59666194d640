import { expect, it } from 'vitest';
import { statusLines } from '../../../workers/status-lines.ts';

it('says notices, and each tenth of each fetch once', () => {
  const lines: string[] = [];
  const report = statusLines((line) => lines.push(line));
  report({ type: 'notice', text: 'news' });
  for (const done of [0, 1, 99, 100, 101, 500]) report({ type: 'fetch', name: 'a', done, total: 1000 });
  for (const done of [0, 7]) report({ type: 'fetch', name: 'b', done, total: null });
  report({ type: 'fetch', name: 'a', done: 1000, total: 1000 });
  expect(lines).toEqual([
    'news',
    'Fetching a: 0 %',
    'Fetching a: 10 %',
    'Fetching a: 50 %',
    'Fetching b',
    'Fetching a: 100 %',
  ]);
});
