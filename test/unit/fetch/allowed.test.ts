import { describe, expect, it } from 'vitest';
import { readAllowed, type Target } from '../../../activities/fetch/allowed.ts';

const allows = (text: string, target: Partial<Target>): boolean =>
  readAllowed({ LONGHAND_FETCH_ALLOW: text })({
    host: 'files.lan',
    port: 80,
    address: '10.0.0.5',
    ...target,
  });

describe('LONGHAND_FETCH_ALLOW', () => {
  it('left out or empty, allows public addresses alone', () => {
    for (const environment of [{}, { LONGHAND_FETCH_ALLOW: '' }, { LONGHAND_FETCH_ALLOW: ' , ' }]) {
      const mayConnect = readAllowed(environment);
      expect(mayConnect({ host: 'a.example', port: 443, address: '8.8.8.8' })).toBe(true);
      expect(mayConnect({ host: 'a.example', port: 443, address: '10.0.0.5' })).toBe(false);
    }
  });

  it.each([
    ['a host, whatever its port', 'files.lan', { port: 8080 }],
    ['a host in other letters', 'Files.LAN', {}],
    ['a host at a port', 'files.lan:80', {}],
    ['one of several', 'other.lan, files.lan', {}],
    ['an address', '10.0.0.5', {}],
    ['an address at a port', '10.0.0.5:80', {}],
    ['a range', '10.0.0.0/8', {}],
    ['a range that holds the address written as IPv6', '10.0.0.0/8', { address: '::ffff:10.0.0.5' }],
    ['an address of IPv6', '::1', { address: '::1' }],
    ['an address of IPv6 in brackets', '[::1]', { address: '::1' }],
    ['an address of IPv6 at a port', '[::1]:80', { address: '::1' }],
    ['a range of IPv6', 'fd00::/8', { address: 'fd12::1' }],
    ['everything', '0.0.0.0/0,::/0', { address: 'fe80::1' }],
    ['public ones beside what it names', 'files.lan', { host: 'a.example', address: '8.8.8.8' }],
  ])('allows %s', (_, text, target) => expect(allows(text, target)).toBe(true));

  it.each([
    ['another host at the same address', 'files.lan', { host: 'evil.example' }],
    ['a host below it', 'files.lan', { host: 'a.files.lan' }],
    ['another port', 'files.lan:80', { port: 81 }],
    ['another address', '10.0.0.6', {}],
    ['another port of an address', '10.0.0.5:81', {}],
    ['what is out of the range', '10.1.0.0/16', {}],
  ])('does not allow %s', (_, text, target) => expect(allows(text, target)).toBe(false));

  it.each([
    'http://files.lan',
    'files.lan:0',
    'files.lan:65536',
    'files.lan:',
    '10.0.0.0/33',
    '::/129',
    'files.lan/8',
    '10.0.0',
    '127.1',
    '256.0.0.1',
    '[10.0.0.5]',
    '[::1',
    '*',
    '*.lan',
    'a b',
    'files.lan.',
  ])('refuses %s when a worker starts', (entry) => {
    expect(() => readAllowed({ LONGHAND_FETCH_ALLOW: `ok.lan,${entry}` })).toThrow(
      expect.objectContaining({
        code: 'LH_OPTION_INVALID',
        message: expect.stringContaining(`\`${entry}\``) as string,
      }),
    );
  });
});
