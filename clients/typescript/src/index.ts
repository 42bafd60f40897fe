/** A client of RealTube: what people say is AI on YouTube. */
export * from './address.js';
export { BadSnapshot, isCompact, readCompact, type Snapshot } from './compact.js';
export { FlagList } from './flaglist.js';
export { normaliseHandle } from './handle.js';
export { newIdentity, userIdOf } from './identity.js';
export { type Key, keyOf, keyText, parseKey, prefixOf } from './keys.js';
export { merge } from './merge.js';
export { MAX_BITS, solve } from './proof.js';
export * from './shape.js';
export { type Changes, type Packed, pack, Table } from './table.js';
export * from './values.js';
