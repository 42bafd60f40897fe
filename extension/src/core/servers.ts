/** The viewer's servers, in the order in which they are asked. */
import type { Settings } from './types';

export const MAX_SERVERS = 10;

type Servers = Pick<Settings, 'server' | 'otherServers'>;

/** None as long as the viewer has chosen none. */
export function serversOf({ server, otherServers }: Servers): readonly string[] {
  return server === '' ? [] : [...new Set([server, ...otherServers])];
}

export function asServers([server = '', ...otherServers]: readonly string[]): Servers {
  return { server, otherServers };
}
