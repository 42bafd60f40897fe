/**
 * What is sent to the server and what it answers, as docs/openapi.yaml has it: `npm run api` writes
 * `openapi.ts` anew. Shapes check what comes; they do not compile where they read something else.
 */
import type { components } from './openapi';

type Schemas = components['schemas'];
/** Of an answer, what is always read and what is read if it is there. */
type Part<T, Always extends keyof T, Sometimes extends keyof T = never> = Pick<T, Always> &
  Partial<Pick<T, Sometimes>>;

export type ErrorCode = Schemas['CodeEnum'];
export type ApiError = Part<Schemas['ErrorDetail'], 'message', 'field' | 'retryAfter'>;
export type ApiVote = Schemas['Vote'];
export type ApiReport = Schemas['Report'];
export type ApiList = Part<Schemas['PublishedList'], 'name' | 'channels', 'licence' | 'restricted'>;
export type ApiWarning = Pick<Schemas['Warning'], 'id' | 'reason' | 'acknowledged'>;
export type ApiStanding = Part<
  Omit<Schemas['Voter'], 'warnings'> & { readonly warnings: readonly ApiWarning[] },
  'trustScore' | 'accuracyRate' | 'totalVotes' | 'accountAge',
  'publicId' | 'warnings'
>;
