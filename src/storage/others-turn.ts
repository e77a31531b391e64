/** Lets others have the thread: questions to SQLite run in it, one statement after the other. */
export function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
