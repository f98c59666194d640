/** URIs of sources that are fetched: `http:` and `https:` URLs, and `secret:NAME`. */

/** The name of a secret: of no other secret's variable (`LONGHAND_SECRET_…_FILE`) as well. */
const SECRET = /^secret:((?![A-Z0-9_]*_FILE$)[A-Z0-9_]{1,64})$/;

/** The name that `secret:NAME` names; null where `uri` is no such. */
export const secretName = (uri: string): string | null => SECRET.exec(uri)?.[1] ?? null;

/** What stands in the way of fetching `url`, as what came; null where nothing does. */
export function refusalOf(url: URL): string | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `a \`${url.protocol}\` URL`;
  return url.username === '' && url.password === '' ? null : 'a URL with a user or a password';
}
