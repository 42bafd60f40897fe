/** Addresses of RealTube servers. */

const LOCAL = new Set(['localhost', '127.0.0.1']);

/** The origin in what somebody typed: https, or http on this machine; undefined for others. */
export function parseServer(text: string): string | undefined {
  const typed = text.trim();
  try {
    const { protocol, hostname, origin } = new URL(
      typed.includes('://') ? typed : `https://${typed}`,
    );
    const isSafe = protocol === 'https:' || (protocol === 'http:' && LOCAL.has(hostname));
    return isSafe ? origin : undefined;
  } catch {
    return undefined;
  }
}

/** The permission for an origin. Patterns with a port match nothing in Firefox. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}
