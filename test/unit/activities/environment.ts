import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** An environment for activities whose failures are wanted: it logs errors alone. */
export function quietEnvironment(
  options: ConstructorParameters<typeof MockActivityEnvironment>[1] = {},
  info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
): MockActivityEnvironment {
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR'), ...options });
}
