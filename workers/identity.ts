import { hostname } from 'node:os';
import { processSpace } from '../activities/store/owner.ts';

/**
 * A worker's name on the server: its role, its process, and where process ids, and so the disk, are the same. Read
 * by people in the Temporal UI, by clients (do the workers share my disk?) and by the media worker (which devices?).
 */
export async function workerIdentity(role: string): Promise<string> {
  return `${role} ${process.pid}@${hostname()} ${await processSpace()}`;
}
