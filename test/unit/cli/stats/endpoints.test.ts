import { expect, it } from 'vitest';
import { endpointUrl } from '../../../../client/cli/stats/endpoints.ts';

it.each([
  ['localhost:9464', 'http://localhost:9464'],
  ['http://gpu-1:9464/', 'http://gpu-1:9464'],
  ['https://gpu-1/longhand/metrics', 'https://gpu-1/longhand'],
])('%s is the endpoint %s', (given, url) => {
  expect(endpointUrl(given)).toBe(url);
});

it('what is no URL is refused', () => {
  expect(() => endpointUrl('a b')).toThrow(expect.objectContaining({ code: 'LH_OPTION_INVALID' }));
});
