import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The one folder that holds all that Longhand fetches, builds and keeps: `LONGHAND_HOME`, else `longhand` in the
 * platform's cache folder (XDG Base Directory on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows).
 */
export function longhandHome(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.LONGHAND_HOME) return resolve(env.LONGHAND_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'longhand');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'longhand');
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'longhand');
}
