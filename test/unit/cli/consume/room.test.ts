import { expect, it, vi } from 'vitest';
import { closeConsumer, Room } from '../../../../client/cli/consume/room.ts';
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

it('goes on where the broker is lost while a queue is being closed', async () => {
  let isClosing = false;
  const consumer = {
    // As the library does: a consumer whose closing failed cannot be started.
    start: vi.fn(() => expect(isClosing).toBe(false)),
    close: vi.fn(() => {
      isClosing = !isClosing;
      return isClosing ? Promise.reject(new Error('lost')) : Promise.resolve();
    }),
  };
  const room = new Room({ most: 1, count: () => Promise.resolve(0), onFull: vi.fn() });
  const stop = new AbortController();
  const guarding = room.guard(consumer, stop.signal);
  await until(() => consumer.start.mock.calls.length === 1, 'Expected the queue to be opened');
  room.taken();
  await until(() => consumer.start.mock.calls.length === 2, 'Expected it to be opened again');
  expect(consumer.close).toHaveBeenCalledTimes(2);
  stop.abort(new Error('Stopped'));
  await expect(guarding).rejects.toThrow('Stopped');
});

it('says why a queue cannot be closed', async () => {
  const close = vi.fn(() => Promise.reject(new Error('lost')));
  await expect(closeConsumer({ close })).rejects.toThrow('lost');
  expect(close).toHaveBeenCalledTimes(3);
});
