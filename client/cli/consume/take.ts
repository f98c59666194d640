import { setTimeout } from 'node:timers/promises';
import { ConsumerStatus, type AsyncMessage } from 'rabbitmq-client';
import { isTriedAgain, LonghandError } from '../../../workflows/errors.ts';
import { toLonghandError } from '../../failure.ts';
import type { Order } from './order.ts';

/**
 * Times that a message may have come back, each from a consumer or a connection that has ended: fewer than the 20 after
 * which brokers from version 4 on drop it by themselves.
 */
const MOST_DELIVERIES = 10;
/** Milliseconds between two attempts: the first, and the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/** What happens to messages. */
export interface Taking {
  /** What a message asks for. Throws what is wrong with it. */
  readonly read: (message: AsyncMessage) => Order;
  /** Starts it, unless it was started before: whether it was started now. */
  readonly start: (order: Order) => Promise<boolean>;
  /** Puts a message into the queue of dead letters. */
  readonly bury: (message: AsyncMessage, reason: LonghandError) => Promise<void>;
  readonly onStarted: (order: Order, isNew: boolean) => void;
  readonly onBuried: (message: AsyncMessage, reason: LonghandError) => void;
  /** Something is away, and its message waits for it. */
  readonly onWait: (reason: LonghandError) => void;
  /** Ends the waiting: what is held is given back. */
  readonly signal: AbortSignal;
}

/**
 * Deals with one delivery: the message is acknowledged once its transcription is started or it is a dead letter, and
 * waits, held, while something is away that will be back.
 */
export async function take(message: AsyncMessage, taking: Taking): Promise<ConsumerStatus> {
  const { read, start, bury, onStarted, onBuried } = taking;
  try {
    const reason = await refusalOf(async (): Promise<void> => {
      refuseWorn(message);
      const order = read(message);
      await patiently(async () => onStarted(order, await start(order)), taking);
    });
    if (reason !== null) {
      await patiently(() => bury(message, reason), taking);
      onBuried(message, reason);
    }
    return ConsumerStatus.ACK;
  } catch (error) {
    if (taking.signal.aborted) return ConsumerStatus.REQUEUE;
    throw error;
  }

  /** Why the message cannot be what it should be. */
  async function refusalOf(act: () => Promise<void>): Promise<LonghandError | null> {
    try {
      await act();
      return null;
    } catch (error) {
      if (taking.signal.aborted) throw error;
      return toLonghandError(error);
    }
  }
}

/** A message that ends its consumers would do so for ever. Throws LH_MESSAGE_REDELIVERED. */
function refuseWorn({ headers }: AsyncMessage): void {
  // Quorum queues count how often a message came back.
  const returned = Number((headers as Record<string, unknown> | undefined)?.['x-delivery-count'] ?? 0);
  if (returned < MOST_DELIVERIES) return;
  throw new LonghandError(
    'LH_MESSAGE_REDELIVERED',
    `Expected a message that a consumer survives, got one that was delivered ${returned} times before`,
  );
}

/** Does `act`, again and again where the error table says that it may help. Throws its last error, or the signal's reason. */
async function patiently(act: () => Promise<void>, { onWait, signal }: Taking): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      const failure = toLonghandError(error);
      if (!isTriedAgain(failure.code, attempt)) throw failure;
      onWait(failure);
      const pause = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
      await setTimeout(pause, null, { signal });
    }
  }
}
