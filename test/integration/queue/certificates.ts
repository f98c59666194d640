import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrokerTls } from '../../support/rabbitmq.ts';

const run = promisify(execFile);

/** An authority of the test's own in `folder`, and a certificate of it for 127.0.0.1, for both ends. */
export async function makeCertificates(folder: string): Promise<BrokerTls> {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const made = ['req', '-newkey', 'rsa:2048', '-nodes', '-batch'];
  await openssl(
    ...made,
    '-x509',
    '-days',
    '2',
    '-subj',
    '/CN=authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  await openssl(...made, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem');
  await writeFile(path('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  await openssl(
    ...['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'names', '-out', 'cert.pem'],
  );
  return { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem') };
}
