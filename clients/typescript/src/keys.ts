/** Names as the published list has them: the first 64 bits of a SHA-256, as two numbers. */

export interface Key {
  readonly hi: number;
  readonly lo: number;
}

const encoder = new TextEncoder();

export async function keyOf(text: string): Promise<Key> {
  const digest = new DataView(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  return { hi: digest.getUint32(0), lo: digest.getUint32(4) };
}

/** 16 hexadecimal digits, as in the delta. */
export function keyText({ hi, lo }: Key): string {
  return hi.toString(16).padStart(8, '0') + lo.toString(16).padStart(8, '0');
}

export function parseKey(hex: string): Key {
  return { hi: Number.parseInt(hex.slice(0, 8), 16), lo: Number.parseInt(hex.slice(8), 16) };
}

/** The four hexadecimal digits that lookups send: one of 65,536, shared by very many videos. */
export function prefixOf({ hi }: Key): string {
  return (hi >>> 16).toString(16).padStart(4, '0');
}

/** Bytes in hexadecimal. */
export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
