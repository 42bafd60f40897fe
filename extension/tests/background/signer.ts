/** Signs statements as a RealTube server does, with keys made for the test. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Signed } from 'realtube-client';

const TRUSTED = 'trusted comment: of a test';

export class Signer {
  readonly public: string;
  private readonly secret: KeyObject;
  private readonly head: Buffer;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    this.secret = privateKey;
    this.head = Buffer.concat([Buffer.from('Ed'), hashOf(raw).subarray(0, 8)]);
    this.public = Buffer.concat([this.head, raw]).toString('base64');
  }

  /**
   * @param at milliseconds since 1970
   * @param keys those that the statement names; the signer's own if none are given
   */
  signed(name: string, bytes: Uint8Array, at: number, keys = [this.public]): Signed {
    const statement = JSON.stringify({
      format: 'realtube-statement-1',
      time: `${new Date(at).toISOString().slice(0, 16)}:00Z`,
      revision: 12,
      keys,
      files: [{ name, revision: 12, bytes: bytes.length, sha256: hashOf(bytes).toString('hex') }],
    });
    return { statement, signatures: [this.signature(statement)] };
  }

  signature(statement: string): string {
    const own = sign(null, Buffer.from(statement), this.secret);
    const all = Buffer.concat([own, Buffer.from(TRUSTED.slice('trusted comment: '.length))]);
    return [
      'untrusted comment: signature of a test',
      Buffer.concat([this.head, own]).toString('base64'),
      TRUSTED,
      sign(null, all, this.secret).toString('base64'),
      '',
    ].join('\n');
  }
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
