import type { Stores } from "../registry/collector.ts";

/** Milliseconds that an answer is reused, and that the stores may take to answer. */
const REUSE = 1000;
const TIME_LIMIT = 5000;

export interface Readiness {
  readonly ready: boolean;
  /** One line for each store: `ok`, or why it is not. */
  readonly checks: Readonly<Record<"content" | "metadata", string>>;
}

/** Answers whether both stores work, asking them at most once a second. */
export function createReadiness({ content, metadata }: Stores): () => Promise<Readiness> {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const look = async (): Promise<Readiness> => {
    const [contentState, metadataState] = await Promise.all([state(() => content.check()), state(() => metadata.check())]);
    return { ready: contentState === "ok" && metadataState === "ok", checks: { content: contentState, metadata: metadataState } };
  };
  return () => {
    if (last === undefined || Date.now() - last.at > REUSE) last = { at: Date.now(), answer: look() };
    return last.answer;
  };
}

async function state(check: () => Promise<void>): Promise<string> {
  let timer: Timer | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("does not answer"), TIME_LIMIT);
  });
  const checked = check().then(
    () => "ok",
    () => "failed; see the log",
  );
  try {
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
  }
}
