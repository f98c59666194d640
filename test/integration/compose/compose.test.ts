/** The compose file, checked without a container engine: against its schema, and against the code it starts. */
import { Ajv } from 'ajv';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it, vi } from 'vitest';
import { makeS3Client, PATIENCE } from '../../../activities/store/s3-client.ts';
import { parseDevices } from '../../../workers/devices/choose.ts';
import { FAIRNESS } from '../../../workers/supervisor/server.ts';
import { MAIN, ROOT } from '../../support/root.ts';
import {
  NO_FLAG,
  readCompose,
  readDockerfile,
  refusedOf,
  resolved,
  stageOf,
  textOf,
  variablesOf,
  type Service,
} from './files.ts';

const text = textOf('docker-compose.yml');
const { services, volumes, configs } = readCompose(resolved(text));
const all = Object.entries(services);
const ours = all.filter(([, { build }]) => build !== undefined);
const dockerfile = readDockerfile(textOf('Dockerfile'));

/** The official JSON schema of compose files. */
function composeSchema(): object {
  const folder = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
  return JSON.parse(readFileSync(join(folder, 'schemas', 'compose.schema.json'), 'utf8')) as object;
}

describe('the compose file', () => {
  it('fits the schema of the compose specification', () => {
    const fits = new Ajv({ strict: false, validateSchema: false, formats: { duration: true } }).compile(
      composeSchema(),
    );
    const file = parse(text, { merge: true }) as { services: { media: object } };

    expect(fits(file), JSON.stringify(fits.errors)).toBe(true);
    expect(fits({ ...file, services: { media: { ...file.services.media, comand: [] } } })).toBe(false);
  });

  it('gives the server the settings of the embedded one', () => {
    const settings = parse(configs.temporal?.content ?? '') as Record<string, { value: unknown }[]>;
    const named = Object.entries(settings).map(([name, [only]]) => `${name}=${String(only?.value)}`);

    expect(named).toEqual(FAIRNESS.filter((word) => !word.startsWith('--')));
  });

  it.each(all)('pins the image of %s', (_name, { image, build }) => {
    const version = (JSON.parse(textOf('package.json')) as { version: string }).version;

    expect(image).toMatch(/:[^:/]*\d+\.\d+/);
    if (build) expect(image).toMatch(new RegExp(`^longhand:${version}(-cuda)?$`));
  });

  it.each(all)('has the image of %s from where engines look by themselves', (_name, { image }) => {
    expect(image.split('/').slice(0, -1).join('/')).not.toMatch(/[.:]/);
  });

  it('uses one version of each of the others’ images', () => {
    const versions = new Map<string, Set<string>>();
    for (const [, { image }] of all.filter(([name]) => !ours.some(([own]) => own === name))) {
      const at = image.lastIndexOf(':');
      const name = image.slice(0, at);
      versions.set(name, (versions.get(name) ?? new Set()).add(image.slice(at + 1)));
    }

    for (const [name, used] of versions) expect([...used], name).toHaveLength(1);
    expect(versions.get('temporalio/server')).toEqual(versions.get('temporalio/admin-tools'));
  });

  it.each(
    all.flatMap(([name, { depends_on = {} }]) => Object.entries(depends_on).map((on) => [name, ...on])),
  )('%s waits for %s until it is what it should be', (_name, needed, on) => {
    const { condition } = on as { condition: string };
    const service = services[needed as string];

    expect(service).toBeDefined();
    if (condition === 'service_healthy') expect(isChecked(service!)).toBe(true);
    // What is awaited to end must not be started again whenever it has ended.
    else expect([condition, service!.restart]).toEqual(['service_completed_successfully', undefined]);
  });

  it.each(all.filter(([, { restart }]) => restart !== undefined))(
    'checks the health of %s',
    (_name, service) => {
      expect(service.restart).toBe('unless-stopped');
      expect(isChecked(service)).toBe(true);
    },
  );

  it.each(ours)('starts %s with a command that Longhand has', (_name, { command = [], environment }) => {
    const [program, verb = '', kind = '', ...flags] = command;
    const isConsumer = verb === 'consume';
    const help = execFileSync(process.execPath, [MAIN, verb, '--help'], { encoding: 'utf8' });

    expect([program, verb]).toEqual(['longhand', isConsumer ? 'consume' : 'worker']);
    // The other's argument is the name of a queue.
    if (!isConsumer) expect(help).toMatch(new RegExp(`\\b${kind}\\b`));
    for (let at = 0; at < flags.length; at += 2) expect(help).toContain(`${flags[at]} <`);
    expect(refusedOf(command.slice(1), environment)).toContain(NO_FLAG);
    const devices = flags[flags.findIndex((flag) => flag.startsWith('--device')) + 1] ?? '';
    if (kind === 'gpu') expect(parseDevices(devices)).toEqual(devices.split(','));
  });

  it.each(ours)(
    'gives %s the variables that the code reads, and their values work',
    async (name, service) => {
      const { environment = {} } = service;
      const code = ['activities', 'client', 'models', 'workers'].map(sourceOf).join('\n');
      const own = Object.keys(environment).filter((name) => name.startsWith('LONGHAND_'));

      const broker = name === 'consumer' ? ['LONGHAND_BROKER'] : [];
      expect(own.sort()).toEqual(['LONGHAND_ADDRESS', ...broker, 'LONGHAND_METRICS', 'LONGHAND_STORE']);
      for (const name of own) expect(code).toContain(`'${name}'`);
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
      const { config } = makeS3Client(PATIENCE);
      const endpoint = await config.endpoint?.();
      expect(`${endpoint?.protocol}//${endpoint?.hostname}:${endpoint?.port}`).toBe(
        environment.AWS_ENDPOINT_URL_S3,
      );
      expect(await config.region()).toBe(services.store?.environment?.VGW_REGION);
      expect(await config.credentials()).toMatchObject({
        accessKeyId: services.store?.environment?.ROOT_ACCESS_KEY_ID,
        secretAccessKey: services.store?.environment?.ROOT_SECRET_ACCESS_KEY,
      });
      vi.unstubAllEnvs();
    },
  );

  it('names the host, port and bucket that its other services have', () => {
    for (const [, { environment }] of ours) {
      const [host = '', port = ''] = environment?.LONGHAND_ADDRESS?.split(':') ?? [];
      expect(publishedPort(services[host], port)).toBe(true);
      const store = new URL(environment?.AWS_ENDPOINT_URL_S3 ?? '');
      expect(publishedPort(services[store.hostname], store.port)).toBe(true);
      expect(services['store-bucket']?.command?.join('\n')).toContain(
        `mkdir -p ${services.store?.command?.at(-1)}/${new URL(environment?.LONGHAND_STORE ?? '').hostname}\n`,
      );
    }
  });

  it('has the consumer use the broker that it has, as the user that this makes', () => {
    const { LONGHAND_BROKER = '' } = services.consumer?.environment ?? {};
    const { hostname, port, username, password } = new URL(LONGHAND_BROKER);
    expect(publishedPort(services[hostname], port)).toBe(true);
    expect(services[hostname]?.environment).toMatchObject({
      RABBITMQ_DEFAULT_USER: username,
      RABBITMQ_DEFAULT_PASS: password,
    });
    expect(services.consumer?.profiles).toEqual(services.rabbitmq?.profiles);
  });

  it('has Prometheus find the alerts, and every worker where it serves its figures', () => {
    const { rule_files, scrape_configs } = parse(textOf(configs.prometheus?.file ?? '')) as {
      rule_files: string[];
      scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const folder = dirname(targetOf('prometheus', 'prometheus'));
    expect(rule_files.map((file) => join(folder, file))).toEqual([targetOf('prometheus', 'alerts')]);

    const workers = ours.filter(([, { command }]) => command?.[1] === 'worker');
    const [scraped] = scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs);
    expect(scraped?.names.sort()).toEqual(workers.map(([name]) => name).sort());
    for (const [, { environment }] of workers)
      expect(environment?.LONGHAND_METRICS).toBe(`0.0.0.0:${scraped?.port}`);
  });

  it('has Grafana find the dashboard, and Prometheus', () => {
    const dashboard = targetOf('grafana', 'dashboard');
    const { providers } = parse(configs['grafana-dashboards']?.content ?? '') as {
      providers: { options: { path: string } }[];
    };
    expect(providers.map(({ options }) => options.path)).toEqual([dirname(dashboard)]);
    expect(services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(dashboard);

    const { templating } = JSON.parse(textOf(configs.dashboard?.file ?? '')) as {
      templating: { list: { type: string; query: string }[] };
    };
    const { datasources } = parse(configs['grafana-prometheus']?.content ?? '') as {
      datasources: { type: string; url: string }[];
    };
    const { hostname, port } = new URL(datasources[0]?.url ?? '');
    expect(publishedPort(services[hostname], port)).toBe(true);
    expect(templating.list).toMatchObject([{ type: 'datasource', query: datasources[0]?.type }]);
    for (const name of ['grafana-prometheus', 'grafana-dashboards'])
      expect(targetOf('grafana', name)).toMatch(
        /^\/etc\/grafana\/provisioning\/(datasources|dashboards)\/\w+\.yml$/,
      );
  });

  it('holds no secret but defaults that a variable replaces', () => {
    const secret = /^\s*\w*(?:PASSWORD|PWD|SECRET\w*|KEY_ID):\s*(.*)$/gm;
    const values = [...text.matchAll(secret)].map(([, value]) => value);

    expect(values.length).toBeGreaterThanOrEqual(6);
    for (const value of values) expect(value).toMatch(/^\$\{\w+:-[\w-]+\}$/);
  });

  it.each(ours)(
    'hands %s what only workers may know, where there is such a file, which git leaves out',
    (_name, service) => {
      const files = service.env_file ?? [];

      expect(files.map(({ required }) => required)).toEqual([false]);
      for (const { path } of files) {
        execFileSync('git', ['check-ignore', '--quiet', path], { cwd: ROOT });
        expect(textOf('docs/operating.md')).toContain(`\`${path}\``);
      }
    },
  );

  it('has every variable in the page for operators', () => {
    const page = textOf('docs/operating.md');

    for (const [name, fallback] of variablesOf(text)) {
      expect(fallback, name).toBeDefined();
      expect(page).toContain(`\`${name}\``);
    }
  });

  it('opens its ports to this machine alone', () => {
    for (const port of all.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('keeps what must last in volumes that it declares', () => {
    const used = all.flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0]));

    expect(Object.keys(volumes).sort()).toEqual([...new Set(used)].sort());
  });

  it.each(all.filter(([, { entrypoint }]) => entrypoint?.[0] === 'sh'))(
    'hands %s a script that a shell can read',
    (_name, { entrypoint, command }) => {
      expect(entrypoint).toEqual(['sh', '-euc']);
      expect(() => execFileSync('sh', ['-n'], { input: command?.[0], stdio: 'pipe' })).not.toThrow();
    },
  );
});

/** Where a service finds one of the compose file's configs. */
function targetOf(service: string, config: string): string {
  const targets = services[service]?.configs?.filter(({ source }) => source === config) ?? [];
  expect(targets, `${config} of ${service}`).toHaveLength(1);
  return targets[0]?.target ?? '';
}

/** By a check of its own, or by that of our image. */
function isChecked({ healthcheck, build }: Service): boolean {
  if (healthcheck) return healthcheck.test[0] === 'CMD' && healthcheck.test.length > 1;
  return (
    build !== undefined && stageOf(dockerfile, build.target).some(({ keyword }) => keyword === 'HEALTHCHECK')
  );
}

const publishedPort = (service: Service | undefined, port: string): boolean =>
  service?.ports?.some((published) => published.endsWith(`:${port}`)) ?? false;

/** All the code below a folder, as one text. */
function sourceOf(folder: string): string {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => textOf(join(folder, file)))
    .join('\n');
}
