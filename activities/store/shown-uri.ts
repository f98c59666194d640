import { secretName } from '../fetch/remote-uri.ts';

/**
 * A URI as messages, details and logs show it: scheme, host and path. A user, a password, a query and a fragment
 * may be secrets, as those of signed URLs are, and `…` stands for each query or fragment; of what is no URL with a
 * host, nothing but the scheme is sure to be none. The name of a secret (`secret:NAME`) is none.
 */
export function shownUri(uri: string): string {
  if (secretName(uri) !== null) return uri;
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || (url.host === '' && url.protocol !== 'file:')) {
    return `${/^[a-z][a-z0-9+.-]*:/i.exec(uri)?.[0] ?? ''}…`;
  }
  return `${url.protocol}//${url.host}${url.pathname}${url.search && '?…'}${url.hash && '#…'}`;
}
