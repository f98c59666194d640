import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasCudaProvider, type Device } from '../../../../models/whisper/device.ts';
import { chooseDevices, isReserve, parseDevices } from '../../../../workers/devices/choose.ts';
import { findDevices, NO_CUDA } from '../../../../workers/devices/found.ts';
import { settingsOn } from '../../../../workers/devices/device-workers.ts';
import { madeDriver } from '../../../support/made-driver.ts';

const MB = 2 ** 20;
const HAS_CUDA = await hasCudaProvider();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhand-test-'));
  for (const [name, value] of Object.entries(await madeDriver(folder))) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('a list of devices', () => {
  it.each([
    ['auto', 'auto'],
    ['cpu', ['cpu']],
    ['cpu,cuda:10,cuda:2', ['cuda:2', 'cuda:10', 'cpu']],
  ])('%s is read, the processor last', (text, devices) => {
    expect(parseDevices(text)).toEqual(devices);
  });

  it.each([
    ['cuda:0,abacus', 'abacus'],
    ['cuda:0,', '""'],
    ['auto,cpu', 'auto'],
    ['cuda:1,cpu,cuda:1', '`cuda:1` twice'],
  ])('%s is refused, and what is wrong is named', (text, named) => {
    expect(() => parseDevices(text)).toThrow(
      expect.objectContaining({
        code: 'LH_OPTION_INVALID',
        message: expect.stringContaining(named) as string,
      }) as Error,
    );
  });
});

describe('the devices that are meant', () => {
  it('are those that are there', async () => {
    expect(await chooseDevices(['cuda:0', 'cuda:1', 'cpu'])).toEqual(['cuda:0', 'cuda:1', 'cpu']);
  });

  it.each<[Device[], string, string | undefined]>([
    [['cuda:1', 'cuda:2'], '(cuda:0, cuda:1, cpu), got cuda:2', undefined],
    [['cuda:1', 'cpu'], '(cuda:0, cpu), got cuda:1', 'GPU-2c3d'],
    [['cuda:0'], '(cpu), got cuda:0', ''],
  ])('%j are refused with what is there: %s', async (wanted, named, visible) => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', visible);
    await expect(chooseDevices(wanted)).rejects.toMatchObject({
      code: 'LH_DEVICE_MISSING',
      message: expect.stringContaining(named) as string,
    });
  });

  it('are the processor alone by themselves where there is no card', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
    expect(await chooseDevices('auto')).toEqual(['cpu']);
  });

  it('are by themselves all cards, or the processor where the libraries for them are not there', async () => {
    expect(await chooseDevices('auto')).toEqual(HAS_CUDA ? ['cuda:0', 'cuda:1'] : ['cpu']);
  });
});

it('a machine has the cards that its driver lists, and its processor', async () => {
  const used = { used: HAS_CUDA, reason: HAS_CUDA ? null : NO_CUDA };
  const [first, second, cpu, ...others] = await findDevices();
  expect(first).toEqual({
    ...{ device: 'cuda:0', name: 'NVIDIA L4', load: 0.07, temperature: 41 },
    ...{ memory: { free: 22_000 * MB, total: 23_034 * MB }, ...used },
  });
  expect(second).toMatchObject({ device: 'cuda:1', load: null, temperature: null });
  expect(cpu).toMatchObject({ device: 'cpu', temperature: null, used: !HAS_CUDA });
  expect(cpu?.memory.free).toBeGreaterThan(0);
  expect(cpu?.memory.total).toBeGreaterThan(cpu?.memory.free ?? Infinity);
  expect(others).toEqual([]);
});

it('a processor stands by where cards are beside it, and nothing else does', () => {
  const reserves = (devices: Device[]) => devices.filter((device) => isReserve(device, devices));
  expect(reserves(['cuda:0', 'cuda:1', 'cpu'])).toEqual(['cpu']);
  expect([reserves(['cpu']), reserves(['cuda:0', 'cuda:1'])]).toEqual([[], []]);
});

it('a processor beside cards stands by for them, and has the limit of memory alone', () => {
  const settings = {
    ...{ home: '/home', address: 'here:1', namespace: 'default', model: 'base', store: '/store' },
    ...{ device: null, memory: 2e9 },
  };
  const { memory, ...others } = settings;
  expect(settingsOn('cuda:0', ['cuda:0', 'cpu'], settings)).toEqual({ ...others, device: 'cuda:0' });
  expect(settingsOn('cpu', ['cuda:0', 'cpu'], settings)).toEqual({
    ...{ ...others, device: 'cpu', memory },
    reserve: true,
  });
  expect(settingsOn('cpu', ['cpu'], settings)).toMatchObject({ device: 'cpu', reserve: false });
});
