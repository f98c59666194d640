import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath, unpacked } from './debian.ts';
import { freePort } from './ports.ts';
import { until } from './until.ts';

/** What a query gives: a value for each set of labels. */
export type Answer = readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[];

/** Prometheus on the `PATH`, else Debian's; null, and a word of it, where there is none. */
export async function locatePrometheus(): Promise<string | null> {
  const installed = await onPath('prometheus');
  if (installed !== null) return installed;
  try {
    const root = await unpacked({ name: 'prometheus', packages: () => Promise.resolve(['prometheus']) });
    return join(root, 'usr/bin/prometheus');
  } catch (error) {
    process.stderr.write(`No Prometheus, so its tests are skipped: ${(error as Error).message}\n`);
    return null;
  }
}

/** A real Prometheus that scrapes endpoints every second, by a configuration that is published. Disposing it ends it. */
export class Prometheus implements AsyncDisposable {
  readonly #folder: string;
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(folder: string, process: ChildProcess, url: string) {
    this.#folder = folder;
    this.#process = process;
    this.#url = url;
  }

  /** `published`: folder of `prometheus.yml`, whose workers become `targets`, and the rules beside it. */
  static async start(program: string, published: string, targets: readonly string[]): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'longhand-prometheus-'));
    await cp(published, folder, { recursive: true });
    const text = await readFile(join(published, 'prometheus.yml'), 'utf8');
    const own = text
      .replaceAll(/_interval: \d+s/g, '_interval: 1s')
      .replace(/dns_sd_configs:[^]*/, `static_configs: [{ targets: ${JSON.stringify(targets)} }]\n`);
    await writeFile(join(folder, 'prometheus.yml'), own);
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      program,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(folder, child, `http://${address}`);
    const isReady = () =>
      fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until(isReady, 'Expected Prometheus to start');
    return prometheus;
  }

  /** Throws what Prometheus says of a query that is none. */
  async query(query: string): Promise<Answer> {
    const data = (await this.#ask('query', { query })) as {
      readonly result: readonly {
        readonly metric: Record<string, string>;
        readonly value: [number, string];
      }[];
    };
    return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
  }

  /** The rules that it goes by, each with how its last evaluation went. */
  async rules(): Promise<
    readonly { readonly name: string; readonly query: string; readonly health: string }[]
  > {
    const { groups } = (await this.#ask('rules')) as {
      readonly groups: readonly {
        readonly rules: readonly { readonly name: string; readonly query: string; readonly health: string }[];
      }[];
    };
    return groups.flatMap(({ rules }) => rules);
  }

  async #ask(path: string, parameters: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const { data, error } = (await response.json()) as { readonly data?: unknown; readonly error?: string };
    if (error !== undefined) throw new Error(error);
    return data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}
