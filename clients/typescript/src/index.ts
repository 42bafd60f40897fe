/** A client of RealTube: what people say is AI on YouTube. */
export * from './address.js';
export * from './client.js';
export { BadSnapshot, isCompact, readCompact, type Snapshot } from './compact.js';
export { type Change, changesIn, type Delta, isDelta } from './delta.js';
export {
  Download,
  type Downloading,
  type ExportFormat,
  type Exports,
  type Manifest,
} from './download.js';
export * from './errors.js';
export { FlagList } from './flaglist.js';
export * from './follow.js';
export { foldCase, normaliseHandle } from './handle.js';
export * from './http.js';
export { newIdentity, userIdOf } from './identity.js';
export * from './jurors.js';
export { type Key, keyOf, keyText, parseKey, prefixOf } from './keys.js';
export { BadCopy, type Entry, entriesOf } from './lines.js';
export { MemoryStore } from './memory.js';
export { merge } from './merge.js';
export { type Away, firstGood, isAway, Origins } from './origins.js';
export { MAX_BITS, solve } from './proof.js';
export * from './shape.js';
export * from './signed.js';
export { type Changes, type Packed, pack, Table } from './table.js';
export * from './trust.js';
export * from './values.js';
export { VERSION } from './version.js';
export * from './video.js';
