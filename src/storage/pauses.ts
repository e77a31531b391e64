/** Times the first silence that the longest one lasts: each is twice as long as the one before. */
const LONGEST = 8;

/** Passes a source on, with `undefined` where it has been silent for so many milliseconds, and again while it stays silent. */
export async function* withPauses<T>(source: AsyncIterable<T>, millis: number): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    while (true) {
      const next = iterator.next();
      for (let times = 1; !(await comesWithin(next, times * millis)); times = Math.min(2 * times, LONGEST)) yield undefined;
      const { done, value } = await next;
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) iterator.return?.().then(undefined, () => undefined);
  }
}

/** What it fails with is for whoever awaits it. */
function comesWithin(next: Promise<unknown>, millis: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, millis, false);
  const come = () => {
    clearTimeout(timer);
    resolve(true);
  };
  next.then(come, come);
  return promise;
}
