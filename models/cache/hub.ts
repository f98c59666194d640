const HUB = 'https://huggingface.co';

/** The model hub, or another with the same addresses that `HF_ENDPOINT` names; without a slash at the end. */
export const hubOf = (env: NodeJS.ProcessEnv): string => (env.HF_ENDPOINT || HUB).replace(/\/+$/, '');

/** Address of a file in a repository of the hub. */
export const hubFile = (env: NodeJS.ProcessEnv, repository: string, revision: string, name: string): string =>
  `${hubOf(env)}/${repository}/resolve/${revision}/${name}`;

/** What opens private repositories: the hub's token in `HF_TOKEN`, where there is one. */
export const hubHeaders = (env: NodeJS.ProcessEnv): Record<string, string> =>
  env.HF_TOKEN ? { authorization: `Bearer ${env.HF_TOKEN}` } : {};
