import { ConsumerStatus, type AsyncMessage } from 'rabbitmq-client';
import { describe, expect, it, vi } from 'vitest';
import { orderOf } from '../../../../client/cli/consume/order.ts';
import { take, type Taking } from '../../../../client/cli/consume/take.ts';
import { LonghandError, type ErrorCode } from '../../../../workflows/errors.ts';

const message = (headers?: object) =>
  ({ body: Buffer.from('{"source":"talk.mp3"}'), ...(headers && { headers }) }) as AsyncMessage;

/** What happens to a message, with every start failing as `failures` have it, and then going well. */
function taking(failures: readonly ErrorCode[], signal = new AbortController().signal) {
  const left = [...failures];
  const start = vi.fn(() => {
    const code = left.shift();
    return code ? Promise.reject(new LonghandError(code, `because of ${code}`)) : Promise.resolve(true);
  });
  const bury = vi.fn<Taking['bury']>(() => Promise.resolve());
  const told = { onStarted: vi.fn(), onBuried: vi.fn(), onWait: vi.fn() };
  return { read: (one: AsyncMessage) => orderOf(one, 'jobs', null), start, bury, ...told, signal };
}

const reasonOf = ({ bury }: ReturnType<typeof taking>) => bury.mock.calls[0]?.[1].code;

describe('a message', () => {
  it('waits, held, for what is away, and is acknowledged once it is started', async () => {
    const at = taking(['LH_SERVER_UNREACHABLE', 'LH_STORE_UNREACHABLE']);
    expect(await take(message(), at)).toBe(ConsumerStatus.ACK);
    expect(at.start).toHaveBeenCalledTimes(3);
    expect(at.onWait).toHaveBeenCalledTimes(2);
    expect(at.onStarted).toHaveBeenCalledOnce();
    expect(at.bury).not.toHaveBeenCalled();
  });

  it('is buried at once with what no retry mends', async () => {
    const refused = taking(['LH_SOURCE_MISSING']);
    expect(await take(message(), refused)).toBe(ConsumerStatus.ACK);
    expect([reasonOf(refused), refused.start.mock.calls.length]).toEqual(['LH_SOURCE_MISSING', 1]);
  });

  it('is buried where consumers did not survive it, unread', async () => {
    const at = taking([]);
    expect(await take(message({ 'x-delivery-count': 10 }), at)).toBe(ConsumerStatus.ACK);
    expect(reasonOf(at)).toBe('LH_MESSAGE_REDELIVERED');
    expect(at.start).not.toHaveBeenCalled();
    const before = taking([]);
    await take(message({ 'x-delivery-count': 9 }), before);
    expect(before.start).toHaveBeenCalledOnce();
  });

  it('is kept where the queue of dead letters is away', async () => {
    const at = taking(['LH_SOURCE_MISSING']);
    at.bury.mockRejectedValueOnce(new LonghandError('LH_BROKER_REFUSED', 'Expected a queue, found none'));
    expect(await take(message(), at)).toBe(ConsumerStatus.ACK);
    expect(at.bury).toHaveBeenCalledTimes(2);
  });

  it('goes back to the queue where the consumer is told to end while it waits', async () => {
    const stop = new AbortController();
    const at = taking(['LH_SERVER_UNREACHABLE'], stop.signal);
    at.onWait.mockImplementation(() => stop.abort());
    expect(await take(message(), at)).toBe(ConsumerStatus.REQUEUE);
    expect(at.bury).not.toHaveBeenCalled();
  });
});
