/**
 * Build step: bundles the workflows ahead of time, so that a worker starts in well under a second; once more for workers
 * that encrypt, since how failures are encoded is part of a bundle.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';
import { FAILURE_CONVERTER } from './data-converter.ts';

type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

export const BUNDLE = fileURLToPath(new URL('../workflows.bundle.js.gz', import.meta.url));
export const ENCRYPTED_BUNDLE = fileURLToPath(
  new URL('../workflows.encrypted.bundle.js.gz', import.meta.url),
);

/** The code of a bundle: packed, since its dictionaries are large and would be there twice. */
export const readBundle = async (path: string): Promise<{ readonly code: string }> => ({
  code: gunzipSync(await readFile(path)).toString('utf8'),
});

/** The workflows for a worker; bundled anew where `modules` are to trace them, which takes seconds. */
export function bundleOf(isEncrypted: boolean, modules?: string[]): Promise<{ readonly code: string }> {
  if (!modules) return readBundle(isEncrypted ? ENCRYPTED_BUNDLE : BUNDLE);
  const failureConverter = isEncrypted ? { failureConverterPath: FAILURE_CONVERTER } : {};
  return bundleWorkflows({ ...failureConverter, workflowInterceptorModules: modules });
}

/** Bundles the workflows as they were built; `options` says what they are to have beside. Takes seconds. */
export function bundleWorkflows(
  options: Pick<BundleOptions, 'failureConverterPath' | 'workflowInterceptorModules'> = {},
): Promise<{ readonly code: string }> {
  const workflowsPath = fileURLToPath(new URL('../workflows/index.js', import.meta.url));
  const quiet = () => undefined;
  const complain = (message: string) => void process.stderr.write(`${message}\n`);
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: complain, error: complain };
  // The steps are pure, and have dictionaries that one workflow after the other would read anew.
  const preloadModules = [fileURLToPath(new URL('../workflows/text/warm.js', import.meta.url))];
  return bundleWorkflowCode({
    ...{ workflowsPath, preloadModules, logger },
    ...{ webpackConfigHook: namesFromRoot, ...options },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const plain = await bundleWorkflows();
  await writeFile(BUNDLE, gzipSync(plain.code));
  const encrypted = await bundleWorkflows({ failureConverterPath: FAILURE_CONVERTER });
  await writeFile(ENCRYPTED_BUNDLE, gzipSync(encrypted.code));
}

/**
 * Names modules in stack traces from the package's root: the folder of whoever built it is nobody's business. The map that
 * names them is without their text, which would be half of the bundle.
 */
function namesFromRoot(config: WebpackConfiguration): WebpackConfiguration {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const devtoolModuleFilenameTemplate = ({ absoluteResourcePath }: { absoluteResourcePath: string }) =>
    absoluteResourcePath.replaceAll(root, '');
  const output = { ...config.output, devtoolModuleFilenameTemplate };
  const experiments = { ...config.experiments, deferImport: true };
  return { ...config, devtool: 'inline-nosources-source-map', output, experiments };
}
