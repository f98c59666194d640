/** The Dockerfile, checked without a container engine: what it names is there, and fits what npm installs. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../support/root.ts';
import { NO_FLAG, readDockerfile, refusedOf, stageOf, textOf } from './files.ts';

const isThere = (path: string): boolean => existsSync(join(ROOT, path));
const instructions = readDockerfile(textOf('Dockerfile'));
const restsOf = (keyword: string): string[] =>
  instructions.filter((one) => one.keyword === keyword).map(({ rest }) => rest);

/** What it copies from the repository. */
const copied = restsOf('COPY')
  .filter((rest) => !rest.includes('--from='))
  .flatMap((rest) =>
    rest
      .split(/\s+/)
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1),
  );

/** Values of its build arguments. */
const args = new Map(restsOf('ARG').map((rest) => rest.split('=') as [string, string]));

describe('the Dockerfile', () => {
  it('copies what is there, all of it and no more in the context', () => {
    const allowed = textOf('.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

    for (const path of copied) expect(isThere(path), path).toBe(true);
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
  });

  it('copies every folder that the build compiles', () => {
    const { include } = JSON.parse(textOf('tsconfig.build.json')) as { include: string[] };

    expect(include.length).toBeGreaterThan(0);
    expect(copied).toEqual(expect.arrayContaining(include));
  });

  it('takes CUDA libraries of the installed ONNX Runtime, to the folder where it looks for them', () => {
    const installed = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
    const target = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64';

    expect(args.get('ONNXRUNTIME')).toBe(installed.version);
    expect(isThere(`${target}/libonnxruntime.so.1`)).toBe(true);
    const libraries = restsOf('COPY').filter((rest) => rest.includes('--from=cuda-libraries'));
    expect(libraries).toHaveLength(2);
    for (const rest of libraries) expect(rest).toContain(target);
    expect(restsOf('ADD')).toEqual([expect.stringMatching(/^--checksum=sha256:[0-9a-f]{64}\s+https:/)]);
  });

  it('takes of them those that the installed ONNX Runtime loads by name', () => {
    const [run = ''] = stageOf(instructions, 'cuda-libraries').flatMap(({ keyword, rest }) =>
      keyword === 'RUN' ? [rest] : [],
    );
    const names = [...run.matchAll(/libonnxruntime_providers_\w+\.so/g)].map(([name]) => name);
    const library = readFileSync(
      join(ROOT, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1'),
    );

    expect(names).toHaveLength(2);
    for (const name of names) expect(library.includes(`${name}\0`), name).toBe(true);
  });

  it('has gpu begin with a command that Longhand has', () => {
    const [cmd = '[]'] = stageOf(instructions, 'gpu')
      .filter(({ keyword }) => keyword === 'CMD')
      .map(({ rest }) => rest);
    const [program, ...words] = JSON.parse(cmd) as string[];

    expect(program).toBe('longhand');
    expect(refusedOf(words)).toContain(NO_FLAG);
  });

  it('pins what it builds on, a Node that CI tests', () => {
    const ci = parse(textOf('.github/workflows/ci.yml')) as {
      jobs: { test: { strategy: { matrix: { node: string[] } } } };
    };
    const node = /^node:(\d+)\.\d+\.\d+-/.exec(args.get('NODE_IMAGE') ?? '')?.[1];

    expect(ci.jobs.test.strategy.matrix.node).toContain(node);
    expect(args.get('CUDA_IMAGE')).toMatch(/^nvidia\/cuda:\d+\.\d+\.\d+-cudnn-runtime-/);
  });

  it.each(['cpu', 'gpu', 'test'])('runs %s as an ordinary user', (name) => {
    const users = stageOf(instructions, name).filter(({ keyword }) => keyword === 'USER');

    expect(users.at(-1)?.rest).toBe('1000:1000');
  });

  it('has the check of a worker’s health, and the command that it links', () => {
    for (const path of ['dist/workers/health.js', 'dist/client/cli/main.js']) {
      expect(isThere(path), path).toBe(true);
    }
    expect(restsOf('HEALTHCHECK').filter((rest) => rest.includes('dist/workers/health.js'))).toHaveLength(2);
  });
});
