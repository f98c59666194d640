import { expect, it } from 'vitest';
import { parseListen } from '../../../workers/figures/listen.ts';

it.each([
  ['9464', { host: '127.0.0.1', port: 9464 }],
  ['0.0.0.0:9464', { host: '0.0.0.0', port: 9464 }],
  ['gpu-1.example:80', { host: 'gpu-1.example', port: 80 }],
  ['[::1]:9464', { host: '::1', port: 9464 }],
])('%s is listened at', (text, listen) => {
  expect(parseListen(text)).toEqual(listen);
});

it.each([
  '',
  '0',
  '65536',
  '-1',
  'localhost',
  'localhost:',
  ':9464',
  'a:b:1',
  '::1:9464',
  'http://a:1',
  '9464x',
])('%j is refused, and named', (text) => {
  expect(() => parseListen(text)).toThrow(
    expect.objectContaining({
      code: 'LH_OPTION_INVALID',
      message: `Expected \`metrics\` to be a port from 1 to 65535, or host:port, got \`${text}\``,
    }),
  );
});
