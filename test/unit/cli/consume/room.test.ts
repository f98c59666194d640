import { expect, it, vi } from 'vitest';
import { Room } from '../../../../client/cli/consume/room.ts';
import { until } from '../../../support/until.ts';

it('opens a queue for as many messages as there is room, closes it, and looks again', async () => {
  const running = [3, 1];
  const consumer = { start: vi.fn(), close: vi.fn(() => Promise.resolve()) };
  const onFull = vi.fn();
  const count = vi.fn(() => Promise.resolve(running.shift() ?? 0));
  const room = new Room({ most: 3, count, onFull });
  const stop = new AbortController();
  const guarding = room.guard(consumer, stop.signal);
  // There is none at first.
  await until(() => consumer.start.mock.calls.length === 1, 'Expected the queue to be opened');
  expect(count).toHaveBeenCalledTimes(2);
  room.taken();
  expect(onFull).not.toHaveBeenCalled();
  room.taken();
  await until(() => consumer.start.mock.calls.length === 2, 'Expected it to be opened again');
  expect(consumer.close).toHaveBeenCalledOnce();
  expect(onFull).toHaveBeenCalledOnce();
  stop.abort(new Error('Stopped'));
  await expect(guarding).rejects.toThrow('Stopped');
});

it('keeps a queue closed while nobody knows what runs', async () => {
  const consumer = { start: vi.fn(), close: vi.fn(() => Promise.resolve()) };
  const count = vi.fn(() => Promise.reject(new Error('away')));
  const stop = new AbortController();
  const guarding = new Room({ most: 3, count, onFull: vi.fn() }).guard(consumer, stop.signal);
  await until(() => count.mock.calls.length === 2, 'Expected another look');
  expect(consumer.start).not.toHaveBeenCalled();
  stop.abort(new Error('Stopped'));
  await expect(guarding).rejects.toThrow();
});
