/** What the server's home page takes of the extension: see page.config.ts. */
export { readAddress } from './core/address';
