/** A value that is there, or that is still to come. */
export type Awaitable<T> = T | Promise<T>;

/** What `next` makes of a value: at once where it is there, so that nobody waits for a turn of the microtasks. */
export function after<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
