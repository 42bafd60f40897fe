import {
  type Answered,
  type Cast,
  type Channel,
  type Juror,
  type Questions,
  STATUSES,
  type Video,
} from 'realtube-client';
import { expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/api';
import type { components } from '../../src/core/openapi';

// Compiles only while the kit reads what docs/openapi.yaml says.
const statuses: Readonly<Record<ErrorCode, number>> = STATUSES;
type Said = components['schemas'];
const read = [
  (video: Said['Video']): Video => video,
  (channel: Said['Channel']): Channel => channel,
  (answer: Said['VoteAnswer'] & { success: true }): Cast => answer,
  (juror: Said['Juror']): Juror => juror,
  (questions: Said['JurorQuestions']): Questions => questions,
  (answer: Said['Answered'] & { success: true }): Answered => answer,
];

it('knows the status of each error of the API', () => {
  expect(Object.values(statuses).every((status) => status >= 400 && status < 600)).toBe(true);
  expect(read).toHaveLength(6);
});
