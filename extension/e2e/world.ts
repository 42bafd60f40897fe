/** The world of a test: our YouTube, the real server, other viewers, and browsers of viewers. */
import { inject } from 'vitest';
import { Crowd } from './realtube';
import { type Site, startSite } from './site/server';
import { startViewer, type Viewer, type ViewerOptions } from './viewer';

export interface World {
  readonly site: Site;
  readonly servicePort: number;
  readonly crowd: Crowd;
  /** Another person with a browser, an identity and a network of their own. */
  viewer(options?: Omit<ViewerOptions, 'sitePort' | 'servicePort'>): Promise<Viewer>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const servicePort = inject('servicePort');
  const site = await startSite();
  const viewers: Viewer[] = [];
  return {
    site,
    servicePort,
    crowd: new Crowd(servicePort),
    async viewer(options = {}) {
      const viewer = await startViewer({ sitePort: site.port, servicePort, ...options });
      viewers.push(viewer);
      return viewer;
    },
    async close() {
      for (const viewer of viewers) await viewer.close();
      await site.close();
    },
  };
}
