import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';

/** Stands in the name of what is to become a folder of the cache, or was one: what a killed process left of it goes. */
export const PARTIAL = '.partial-';

/** A new path beside `folder`. */
export const partialOf = (folder: string): string => `${folder}${PARTIAL}${process.pid}-${randomUUID()}`;

/** Where downloads that become `folder` are kept until they are whole, so that another fetch can go on with them. */
export const resumableOf = (folder: string): string => `${folder}${PARTIAL}downloads`;

/** Removes a folder: gone in one step, so that nobody finds half of it. */
export async function removeWhole(folder: string): Promise<void> {
  const aside = partialOf(folder);
  await rename(folder, aside);
  await rm(aside, { recursive: true, force: true, maxRetries: 3 });
}
