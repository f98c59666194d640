import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { readCompose, textOf } from '../integration/compose/files.ts';

const PROGRAMS = [
  ...['initdb', 'postgres', 'pg_isready', 'psql'],
  ...['temporal-server', 'temporal-sql-tool', 'versitygw'],
];

const { temporal, store } = readCompose(textOf('docker-compose.yml')).services;
/** The versions of servers that the compose file names. */
const temporalVersion = temporal?.image.split(':')[1];
const storeVersion = store?.image.split(':')[1];

const HOW = `
  PostgreSQL: from your system's packages
  GOBIN=<folder> go install go.temporal.io/server/cmd/server@v${temporalVersion}       and call it temporal-server
  GOBIN=<folder> go install go.temporal.io/server/cmd/tools/sql@v${temporalVersion}    and call it temporal-sql-tool
  GOBIN=<folder> go install github.com/versity/versitygw/cmd/versitygw@${storeVersion}`;

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why the servers of the compose file cannot be run here, or null where they can. */
export function whyNotHere(): string | null {
  const missing = PROGRAMS.filter((program) => !isOnPath(program));
  return missing.length === 0 ? null : `${missing.join(', ')} not on the PATH. To have them:${HOW}`;
}
