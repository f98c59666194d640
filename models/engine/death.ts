import { readFileSync } from 'node:fs';
import { LonghandError } from '../../workflows/errors.ts';
import { saysOutOfMemory } from './out-of-memory.ts';

/** How an engine process ended. */
export interface Death {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines it wrote to standard error. */
  readonly stderr: string;
  /** Whether its owner killed it for making no progress. */
  readonly hung: boolean;
  /** Processes that the kernel killed for memory on this machine during the engine's life. */
  readonly oomKills: number;
}

/** Names the cause of an engine's death as a coded error. */
export function classifyDeath({ exitCode, signal, stderr, hung, oomKills }: Death): LonghandError {
  const how = signal ? `signal ${signal}` : `exit status ${exitCode}`;
  if (hung)
    return new LonghandError(
      'LH_ENGINE_HUNG',
      'The engine made no progress within its deadline and was killed',
    );
  if (saysOutOfMemory(stderr) || (signal === 'SIGKILL' && oomKills > 0)) {
    return new LonghandError('LH_OUT_OF_MEMORY', `The engine ended for lack of memory (${how})`, {
      details: { stderr, died: true },
    });
  }
  return new LonghandError('LH_ENGINE_DIED', `The engine ended unexpectedly (${how})`, {
    details: { stderr },
  });
}

/** The kernel's count of out-of-memory kills since boot (`oom_kill` of /proc/vmstat); 0 where there is none. */
export function oomKillCount(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
