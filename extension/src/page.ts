/** What the server's home page takes: see page.config.ts. */
export { readAddress } from 'realtube-client';
