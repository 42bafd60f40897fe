// @vitest-environment node
import { expect, it } from 'vitest';
import { Once } from '../../src/core/once';

/** Answers with the number of its call; some of the calls fail. */
function counting(...failing: number[]) {
  let calls = 0;
  return new Once(async () => {
    calls += 1;
    if (failing.includes(calls)) throw new Error(`call ${calls}`);
    return calls;
  });
}

it('makes it once, also for those who ask at the same time', async () => {
  const once = counting();
  expect(await Promise.all([once.get(), once.get()])).toEqual([1, 1]);
  expect(await once.get()).toBe(1);
});

it('makes it again after a failure, which it does not remember', async () => {
  const once = counting(1);
  await expect(once.get()).rejects.toThrow('call 1');
  expect(await once.get()).toBe(2);
});

it('makes it again when it was forgotten', async () => {
  const once = counting();
  await once.get();
  once.forget();
  expect(await once.get()).toBe(2);
});

it('keeps what was set while an older call fails', async () => {
  const once = counting(1);
  const failing = once.get();
  once.set(7);
  await expect(failing).rejects.toThrow();
  expect(await once.get()).toBe(7);
});
