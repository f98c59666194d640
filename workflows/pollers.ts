/** Seconds after which a worker that has asked for nothing is taken for gone: a poll lasts one minute. */
const SILENCE = 120;

/** Of a poller as `DescribeTaskQueue` names it: when it last asked, by the server's clock. */
interface LastAccess {
  readonly lastAccessTime?: { readonly seconds?: unknown } | null;
}

/** Whether a worker still asks for work at `now`: the server lists one for minutes after its death. */
export function stillPolls({ lastAccessTime }: LastAccess, now: Date): boolean {
  return now.getTime() / 1000 - Number(lastAccessTime?.seconds ?? 0) <= SILENCE;
}
