import { expect, it } from 'vitest';
import { newIdentity, userIdOf } from '../src/index.js';

it('derives the user id of the contract', async () => {
  expect(await userIdOf('11111111-2222-4333-8444-555555555555')).toBe(
    '0727f2f92fbbc37df7cefc9cfd3bf215ed975ab5a03336d23358cf486f9746d5',
  );
});

it('makes identities that differ', () => {
  expect(newIdentity()).not.toBe(newIdentity());
});
