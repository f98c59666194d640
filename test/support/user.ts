/**
 * Runs `work` without the rights of root, which may write and read everything: as `nobody` where the tests run as
 * root (in the main thread of a process, where Vitest's forks run them), unchanged otherwise.
 */
export async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65_534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}
