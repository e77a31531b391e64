import type { Stores } from "../../registry/registry.ts";
import { assertSameStores } from "../../registry/store-identity.ts";
import { MetadataStoreError } from "../../storage/metadata/error.ts";

/** Milliseconds that an answer is reused, and that the stores may take to answer. */
const REUSE = 1000;
const TIME_LIMIT = 5000;

export interface Readiness {
  readonly ready: boolean;
  /** One line for each store: `ok`, or why it is not. */
  readonly checks: Readonly<Record<"content" | "metadata", string>>;
}

/** Both stores, and the port that tells whether they belong together. */
export interface ReadinessStores extends Stores<"coordination"> {
  readonly metadata: Stores<"coordination">["metadata"] & { check(): Promise<void> };
}

/** Answers whether both stores work and belong together, asking them at most once a second. */
export function createReadiness(stores: ReadinessStores): () => Promise<Readiness> {
  const { content, metadata } = stores;
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  const look = async (): Promise<Readiness> => {
    const [contentState, metadataState] = await Promise.all([state(() => content.check()), state(() => metadata.check())]);
    const works = contentState === "ok" && metadataState === "ok";
    const belonging = works ? await state(() => assertSameStores(stores), "does not belong to the metadata database") : "ok";
    return { ready: works && belonging === "ok", checks: { content: works ? belonging : contentState, metadata: metadataState } };
  };
  return () => {
    if (last === undefined || Date.now() - last.at > REUSE) last = { at: Date.now(), answer: look() };
    return last.answer;
  };
}

async function state(check: () => Promise<void>, failure = "failed; see the log"): Promise<string> {
  let timer: Timer | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("does not answer"), TIME_LIMIT);
  });
  const checked = check().then(
    () => "ok",
    (error: unknown) => (error instanceof MetadataStoreError && error.reason === "newer-schema" ? error.message : failure),
  );
  try {
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
  }
}
