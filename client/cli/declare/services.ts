import { Argument, Option, type Command } from 'commander';
import { longhandHome } from '../../../models/home.ts';
import { parseDevice, type Device } from '../../../models/whisper/device.ts';
import { parseDevices, type WantedDevices } from '../../../workers/devices/choose.ts';
import { parseListen, type Listen } from '../../../workers/figures/listen.ts';
import { DEFAULT_MODEL } from '../../../workflows/defaults.ts';
import {
  parseBuildId,
  parsePort,
  parseSize,
  splitList,
  withConnection,
  withJson,
  withRetention,
  type ConnectionFlags,
  type JsonFlag,
  type RetentionFlags,
} from '../flags.ts';
import { settingsOf } from '../settings.ts';

/** The commands that run Longhand's parts and look after them. */
export function declareServices(program: Command): void {
  declareUp(program);
  declareWorker(program);
  declareStats(program);
  declareDevices(program);
  declareTune(program);
  declareDoctor(program);
}

/** `--devices`, and `--device` for one. */
interface DeviceFlags {
  readonly devices?: WantedDevices;
  readonly device?: Device;
}

const withDevices = (command: Command): Command =>
  command
    .option(
      '--devices <list>',
      'what models run on, as cuda:0,cuda:1, or auto: every card, else the CPU (default: cpu)',
      parseDevices,
    )
    .addOption(
      new Option('--device <device>', 'the same for one device: cpu, cuda:0, …')
        .argParser(parseDevice)
        .conflicts('devices'),
    );

const wantedDevices = (devices?: WantedDevices, device?: Device): WantedDevices | undefined =>
  device === undefined ? devices : [device];

type UpFlags = ConnectionFlags &
  RetentionFlags &
  JsonFlag &
  DeviceFlags & { readonly model?: string; readonly port?: number; readonly memory?: number };

function declareUp(program: Command): void {
  const command = program
    .command('up')
    .description('keep the server and the workers running, so that commands start at once')
    .option('-m, --model <name>', `the model that is loaded at once (default: ${DEFAULT_MODEL})`)
    .option('--port <number>', 'port of the embedded Temporal server', parsePort)
    .option(
      '--memory <size>',
      "what a model's engines may hold together, as 2GB (default: what is free)",
      parseSize,
    );
  withJson(withRetention(withConnection(withDevices(command)))).action(
    async ({ json, devices, device, ...flags }: UpFlags) => {
      const wanted = wantedDevices(devices, device);
      const { chosenDevices } = await import('../chosen-devices.ts');
      const chosen = wanted && (await chosenDevices(wanted));
      const { refuseCpuOptions } = await import('../cpu-options.ts');
      refuseCpuOptions(chosen ?? ['cpu'], { memory: flags.memory });
      const { up } = await import('../up.ts');
      await up(settingsOf(flags, { ...flags, ...(chosen && { devices: chosen }) }), json === true);
    },
  );
}

type WorkerFlags = ConnectionFlags &
  RetentionFlags &
  JsonFlag &
  DeviceFlags & {
    readonly model?: string;
    readonly memory?: number;
    readonly reserve?: true;
    readonly governor?: string;
    readonly metrics?: Listen;
    readonly buildId?: string;
  };

function declareWorker(program: Command): void {
  const command = program
    .command('worker')
    .description('run a worker in the foreground, until SIGTERM or Ctrl-C')
    .addArgument(
      new Argument('<kind>', 'media: workflows and ffmpeg; gpu: devices').choices(['media', 'gpu']),
    )
    .option('-m, --model <name>', `the model that a gpu worker runs (default: ${DEFAULT_MODEL})`)
    .option(
      '--memory <size>',
      'what the engines of a gpu worker on the CPU may hold together, as 2GB (default: what is free)',
      parseSize,
    )
    .option('--reserve', 'a gpu worker on the CPU takes only what falls to it from machines with cards')
    .option(
      '--governor <settings>',
      'thresholds of what keeps a gpu worker out of trouble, as every=10s,high=75%,dry-run (default: LONGHAND_GOVERNOR)',
    )
    .addOption(
      new Option(
        '--metrics <[host:]port>',
        'serve figures and health there, on 127.0.0.1 unless told otherwise',
      )
        .env('LONGHAND_METRICS')
        .argParser(parseListen),
    )
    .option('--build-id <id>', 'a media worker keeps what it begins to workers of this build', parseBuildId);
  withJson(withRetention(withConnection(withDevices(command)))).action(
    async (kind: 'media' | 'gpu', { json, devices, device, ...options }: WorkerFlags) => {
      const { worker } = await import('../worker.ts');
      await worker(
        kind,
        { ...options, devices: wantedDevices(devices, device) },
        settingsOf(options, options),
        json === true,
      );
    },
  );
}

function declareStats(program: Command): void {
  const command = program
    .command('stats')
    .description('print the figures of running workers')
    .addArgument(
      new Argument(
        '[url...]',
        "endpoints of workers started with --metrics (default: this home's own workers)",
      ),
    );
  withJson(command).action(async (urls: string[], { json }: JsonFlag) => {
    const { stats } = await import('../stats/stats.ts');
    await stats(urls, longhandHome(), json === true);
  });
}

function declareDevices(program: Command): void {
  const command = program
    .command('devices')
    .description('list what models can run on here: the CPU and its cards, and which Longhand would use');
  withJson(command).action(async ({ json }: JsonFlag) => {
    const { devices } = await import('../devices.ts');
    await devices(json === true);
  });
}

type TuneFlags = DeviceFlags &
  JsonFlag & { readonly model?: string; readonly memory?: number; readonly precisions?: string[] };

function declareTune(program: Command): void {
  const command = program
    .command('tune')
    .description(
      'measure devices over engines, threads, batches and precisions, and keep the best for the workers',
    )
    .addArgument(
      new Argument('[file]', 'speech like yours to measure with (default: half a minute of English)'),
    )
    .option('-m, --model <name>', `the model that is measured (default: ${DEFAULT_MODEL})`)
    .option(
      '--memory <size>',
      'what the engines of the CPU may hold together, as 2GB (default: what is free)',
      parseSize,
    )
    .option(
      '--precisions <list>',
      "precisions that are measured, the one that the setting is for first (default: the device's own, and others)",
      splitList,
    );
  withJson(withDevices(command)).action(
    async (file: string | undefined, { json, devices, device, ...options }: TuneFlags) => {
      const { tuneDevices } = await import('../tune/tune.ts');
      await tuneDevices({ ...options, file, devices: wantedDevices(devices, device) }, json === true);
    },
  );
}

function declareDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check all that a transcription needs, fetch what is missing, and say the next step');
  withJson(withConnection(command)).action(async ({ json, ...flags }: ConnectionFlags & JsonFlag) => {
    const { doctor } = await import('../doctor/doctor.ts');
    process.exitCode = await doctor(settingsOf(flags), json === true);
  });
}
