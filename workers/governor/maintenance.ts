import { join } from 'node:path';
import type { GovernorSettings } from './settings.ts';

/** The lock of the host's maintenances: one device at a time. */
export const maintenanceLock = (home: string): string => join(home, 'governor', 'maintenance');

/**
 * When a device's next maintenance is due, in milliseconds, `now` being when the last one was. `random` is from 0 to 1,
 * so that devices which began together do not stay together.
 */
export const nextMaintenance = (
  now: number,
  { maintenance, jitter }: Pick<GovernorSettings, 'maintenance' | 'jitter'>,
  random: number,
): number => now + maintenance * (1 + jitter * (2 * random - 1));
