/**
 * Milliseconds that running activities get once their worker is told to end. A command's Ctrl-C must not wait for chunks:
 * what is cut short is done again.
 */
export const COMMAND_GRACE = 2000;

/** What a container is given between SIGTERM and SIGKILL is ten seconds: less than that. Milliseconds. */
export const SERVICE_GRACE = 8000;
