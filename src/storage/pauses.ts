/** Passes a source on, with `undefined` where it has been silent for so many milliseconds: once each time. */
export async function* withPauses<T>(source: AsyncIterable<T>, millis: number): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    while (true) {
      const next = iterator.next();
      if (!(await comesWithin(next, millis))) yield undefined;
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
