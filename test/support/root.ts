import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The built `longhand` command. */
export const MAIN = join(ROOT, 'dist/client/cli/main.js');
