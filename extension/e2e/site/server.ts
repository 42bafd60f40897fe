/** A TLS server that a browser believes to be www.youtube.com and m.youtube.com. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The content of one page: the component, or a whole body for embedded players. */
export type Pages = (url: URL, host: Host) => string | undefined;
export type Host = 'desktop' | 'mobile' | 'blog' | 'other';

/** What a page asked YouTube's own interface. */
export interface Asked {
  readonly url: URL;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface Site {
  readonly port: number;
  /** All that was sent to it, not only fetched. */
  readonly asked: readonly Asked[];
  /** What it answers then. */
  answer(make: (asked: Asked) => { readonly status?: number; readonly body?: unknown }): void;
  /** Replace what the pages show. */
  show(pages: Pages): void;
  /** Give the pictures of these videos a colour that nothing else has. */
  paint(videoIds: readonly string[]): void;
  close(): Promise<void>;
}

/** A site that is not YouTube. */
export const BLOG = 'blog.test';

const ASSETS: Readonly<Record<string, string>> = {
  '/site.js': 'text/javascript',
  '/site.css': 'text/css',
};

export async function startSite(): Promise<Site> {
  let pages: Pages = () => undefined;
  let painted = new Set<string>();
  let answer: Parameters<Site['answer']>[0] = () => ({ status: 404 });
  const asked: Asked[] = [];
  const server = https.createServer(certificate(), (request, response) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host ?? ''}`);
    const host = hostOf(url);
    const asset = ASSETS[url.pathname];
    const send = (type: string, body: string | Buffer, status = 200) => {
      // The real site enforces Trusted Types, so this one is as strict.
      const policy = "require-trusted-types-for 'script'";
      response.writeHead(status, { 'content-type': type, 'content-security-policy': policy });
      response.end(body);
    };
    if (request.method !== 'GET') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers } = request;
        const one = { url, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
        asked.push(one);
        const { status = 200, body = {} } = answer(one);
        send('application/json', JSON.stringify(body), status);
      });
      return;
    }
    if (asset) return send(asset, readFileSync(path.join(import.meta.dirname, url.pathname)));
    const pictured = /^\/vi\/([^/]+)/.exec(url.pathname)?.[1];
    if (pictured) return send('image/svg+xml', picture(pictured, painted.has(pictured)));
    if (host === 'blog') return send('text/html', blog(url));
    const part = pages(url, host);
    if (part === undefined) return send('text/html', 'no such page', 404);
    const html = request.headers['x-part'] ? part : whole(part, host, url);
    return send('text/html; charset=utf-8', html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    answer: (make) => {
      answer = make;
    },
    show: (next) => {
      pages = next;
    },
    paint: (videoIds) => {
      painted = new Set(videoIds);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function hostOf({ hostname }: URL): Host {
  if (hostname === BLOG) return 'blog';
  if (hostname.startsWith('m.')) return 'mobile';
  return hostname.startsWith('www.youtube.') ? 'desktop' : 'other';
}

/** Somebody's page with an embedded player. */
function blog({ pathname }: URL): string {
  const player = `https://www.youtube-nocookie.com/embed${pathname}`;
  return `<!doctype html><title>A blog</title><body style="font:18px/1.5 Georgia,serif;max-width:680px;margin:40px auto"><h1>A blog</h1><p>Somebody's own site, with a video in it that its readers may want to know about:</p><iframe src="${player}" width="680" height="382" style="border:0"></iframe>`;
}

function whole(page: string, host: Host, url: URL): string {
  const embedded = url.pathname.startsWith('/embed/');
  // As on the real site, the page's data stands before what is made of it.
  const data = /<script>.*<\/script>$/s.exec(page)?.[0] ?? '';
  const part = page.slice(0, page.length - data.length);
  const inner =
    embedded || host === 'other'
      ? part
      : host === 'mobile'
        ? `<div id="masthead">YouTube stand-in (mobile)</div><ytm-app>${part}</ytm-app>`
        : `<ytd-app><div id="masthead">YouTube stand-in</div><ytd-page-manager>${part}</ytd-page-manager></ytd-app>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${/<h1>([^<]*)/.exec(part)?.[1] ?? 'Home'} - YouTube</title><link rel="stylesheet" href="/site.css"></head><body class="${embedded ? 'embedded' : host}">${data}${inner}<script src="/site.js"></script></body></html>`;
}

/** What `paint` paints with. */
export const SIGNAL_COLOUR = [255, 0, 255] as const;

/** A calm picture, different for each video. */
function picture(videoId: string, isPainted: boolean): string {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice">`;
  if (isPainted)
    return `${open}<rect width="320" height="180" fill="rgb(${SIGNAL_COLOUR})"/></svg>`;
  const [hue = 0, x = 0, y = 0] = createHash('sha256').update(videoId).digest();
  return `${open}<rect width="320" height="180" fill="hsl(${hue * 1.4} 30% 60%)"/><circle cx="${40 + x}" cy="${30 + y / 2}" r="60" fill="hsl(${hue * 1.4 + 40} 40% 72%)"/><path d="M0 180 L120 ${60 + x / 4} L320 180Z" fill="hsl(${hue * 1.4 + 200} 25% 45%)"/></svg>`;
}

/** Self-signed and short-lived: the browser of the test is told to accept it. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(path.join(tmpdir(), 'realtube-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=www.youtube.com'];
  const names = ['-addext', 'subjectAltName=DNS:www.youtube.com,DNS:m.youtube.com'];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject, ...names], {
    stdio: 'ignore',
  });
  try {
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
