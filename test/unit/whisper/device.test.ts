import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  cardNumber,
  onDevice,
  parseCards,
  parseDevice,
  providerOf,
  visibleCards,
} from '../../../models/whisper/device.ts';
import { TWO_CARDS } from '../../support/made-driver.ts';

afterEach(() => vi.unstubAllEnvs());

describe('parseDevice', () => {
  it.each(['cpu', 'cuda:0', 'cuda:15'])('takes %s', (text) => {
    expect(parseDevice(text)).toBe(text);
  });

  it.each(['', 'cuda', 'cuda:', 'cuda:-1', 'cuda:1.5', 'cuda:0 ', 'CPU', 'gpu'])('refuses %j', (text) => {
    expect(() => parseDevice(text)).toThrow(
      expect.objectContaining({
        code: 'LH_OPTION_INVALID',
        message: expect.stringContaining(JSON.stringify(text)) as string,
      }) as Error,
    );
  });
});

it('hands the card on by its number', () => {
  expect(['cpu', 'cuda:3'].map((text) => cardNumber(parseDevice(text)))).toEqual([null, 3]);
  expect(providerOf('cpu')).toBe('cpu');
  expect(providerOf('cuda:3')).toEqual({ name: 'cuda', deviceId: 3 });
});

it('reads what nvidia-smi says, and nothing else', () => {
  const [l4, h200] = ['GPU-0a1b', 'GPU-2c3d'];
  expect(parseCards(TWO_CARDS.join('\n'))).toEqual([
    {
      ...{ index: 0, name: 'NVIDIA L4', uuid: l4, load: 0.07, temperature: 41 },
      memory: { total: 23_034 * 2 ** 20, used: 1034 * 2 ** 20 },
    },
    {
      ...{ index: 1, name: 'NVIDIA H200', uuid: h200, load: null, temperature: null },
      memory: { total: 143_771 * 2 ** 20, used: 4 * 2 ** 20 },
    },
  ]);
  expect(parseCards('')).toEqual([]);
  expect(parseCards('NVIDIA-SMI has failed because it could not communicate with the driver.\n')).toEqual([]);
});

it.each([
  [undefined, ['GPU-0a1b', 'GPU-2c3d']],
  ['1,0', ['GPU-2c3d', 'GPU-0a1b']],
  ['GPU-2', ['GPU-2c3d']],
  ['1,7,0', ['GPU-2c3d']],
  ['', []],
])('shows of the cards what CUDA_VISIBLE_DEVICES=%s shows, with CUDA’s numbers', (chosen, uuids) => {
  const visible = visibleCards(parseCards(TWO_CARDS.join('\n')), chosen);
  expect(visible.map(({ index, uuid }) => [index, uuid])).toEqual([...uuids.entries()]);
});

describe('onDevice', () => {
  const fail = (device: 'cpu' | `cuda:${number}`, message: string) =>
    onDevice(device, () => Promise.reject(new Error(message))).catch((error: unknown) => error);

  it.each([
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'cuDNN is unavailable for CUDA Execution Provider: dlopen failed for libcudnn.so: libcudnn.so: cannot open shared object file: No such file or directory',
    'CUDA failure 100: no CUDA-capable device is detected ; GPU=0',
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=0',
  ])('takes %j for a device that is missing', async (message) => {
    expect(await fail('cuda:0', message)).toMatchObject({ code: 'LH_DEVICE_MISSING', details: { message } });
  });

  it.each([
    'CUDA failure 2: out of memory ; GPU=0',
    'Failed to allocate memory for requested buffer of size 8',
    'Invalid rank for input: mel',
  ])('leaves %j as it came', async (message) => {
    const error = await fail('cuda:0', message);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toHaveProperty('code');
    expect(error).toHaveProperty('message', message);
  });

  it('takes an ordinal that no card has for a missing card, and one of a full card for lack of memory', async () => {
    const message = 'CUDA failure 101: invalid device ordinal ; GPU=1';
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '4');
    expect(await fail('cuda:1', message)).toMatchObject({ code: 'LH_DEVICE_MISSING' });
    expect(await fail('cuda:0', message)).not.toHaveProperty('code');
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
    expect(await fail('cuda:0', message)).toMatchObject({ code: 'LH_DEVICE_MISSING' });
  });

  it('says nothing of devices where a CPU fails, and gives back what comes', async () => {
    expect(await fail('cpu', 'Failed to load library x')).not.toHaveProperty('code');
    expect(await onDevice('cuda:0', () => Promise.resolve(7))).toBe(7);
  });
});
