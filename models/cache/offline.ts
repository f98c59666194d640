/** Whether the user forbids every connection to model hub, package index and other places that files are fetched from. */
export const isOffline = (env: NodeJS.ProcessEnv): boolean =>
  !['', '0', undefined].includes(env.LONGHAND_OFFLINE);
