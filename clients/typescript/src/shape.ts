/**
 * Checks of what comes from outside: messages, imported files, answers of the server. Bundlers are
 * told that making one does nothing else, so that they leave out those that nobody uses.
 */

export type Shape<T> = (value: unknown) => value is T;
export type Of<S> = S extends Shape<infer T> ? T : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Members<F extends Fields> = { readonly [K in keyof F]: Of<F[K]> };

export const flag: Shape<boolean> = (value) => typeof value === 'boolean';

/* @__NO_SIDE_EFFECTS__ */
export function text(maxChars: number, pattern?: RegExp): Shape<string> {
  return (value): value is string =>
    typeof value === 'string' && value.length <= maxChars && (pattern?.test(value) ?? true);
}

/* @__NO_SIDE_EFFECTS__ */
export function whole(min: number, max: number): Shape<number> {
  return (value): value is number => Number.isInteger(value) && inRange(value, min, max);
}

/* @__NO_SIDE_EFFECTS__ */
export function numberIn(min: number, max: number): Shape<number> {
  return (value): value is number => inRange(value, min, max);
}

/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const T extends string>(values: readonly T[]): Shape<T> {
  return (value): value is T => values.some((known) => known === value);
}

/* @__NO_SIDE_EFFECTS__ */
export function listOf<T>(item: Shape<T>, maxItems: number): Shape<readonly T[]> {
  return (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= maxItems && value.every(item);
}

/** Members beyond those named are ignored. */
/* @__NO_SIDE_EFFECTS__ */
export function object<F extends Fields, O extends Fields = Record<never, never>>(
  fields: F,
  optional?: O,
): Shape<Members<F> & Partial<Members<O>>> {
  return (value): value is Members<F> & Partial<Members<O>> => {
    if (!isRecord(value)) return false;
    const has = ([name, shape]: [string, Shape<unknown>]) => shape(value[name]);
    const mayHave = (entry: [string, Shape<unknown>]) =>
      value[entry[0]] === undefined || has(entry);
    return Object.entries(fields).every(has) && Object.entries(optional ?? {}).every(mayHave);
  };
}

/* @__NO_SIDE_EFFECTS__ */
export function recordOf<T>(item: Shape<T>, maxItems: number): Shape<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> =>
    isRecord(value) && Object.keys(value).length <= maxItems && Object.values(value).every(item);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inRange(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
