/** Milliseconds of one turn of the event loop that all bodies together get, before other requests get theirs. */
const TURN = 1;

/** Whoever waits for the next turn, in the order in which they go on. */
const waiting: (() => void)[] = [];
let spent = 0;
let scheduled = false;

/** Whether the bodies have had their share of this turn: a socket may have megabytes ready, which would be received in one. */
export function turnIsSpent(): boolean {
  return spent >= TURN;
}

/** Runs what is done with a piece of a body, and counts its time. */
export function inTurn<T>(work: () => T): T {
  const before = performance.now();
  try {
    return work();
  } finally {
    spent += performance.now() - before;
    schedule();
  }
}

/** Calls back in a later turn that is not spent yet, after those who have waited for longer. */
export function waitForTurn(goOn: () => void): void {
  waiting.push(goOn);
  schedule();
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(beginTurn);
}

function beginTurn(): void {
  scheduled = false;
  spent = 0;
  for (let left = waiting.length; left > 0 && !turnIsSpent(); left--) waiting.shift()?.();
  if (waiting.length > 0) schedule();
}
