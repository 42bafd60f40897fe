import { STATUSES, type Video } from 'realtube-client';
import { expect, it } from 'vitest';
import type { ErrorCode } from '../../src/core/api';
import type { components } from '../../src/core/openapi';

// Compiles only while the kit reads what docs/openapi.yaml says.
const statuses: Readonly<Record<ErrorCode, number>> = STATUSES;
const read = (video: components['schemas']['Video']): Video => video;

it('knows the status of each error of the API', () => {
  expect(Object.values(statuses).every((status) => status >= 400 && status < 600)).toBe(true);
  expect(read).toBeTypeOf('function');
});
