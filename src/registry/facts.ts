import { clientOf } from "../access/client-of.ts";
import { createLru } from "../access/lru.ts";
import { extractFacts, type ParseTurn, type ReadContent } from "../artifacts/extract.ts";
import type { ArtifactFacts } from "../artifacts/facts.ts";
import type { ParsedContent } from "../artifacts/parse-content.ts";
import { ParserQueue } from "../artifacts/parser-queue.ts";
import { ParserThread } from "../artifacts/parser-thread.ts";
import type { Digest } from "../oci/digest.ts";
import type { ParsedManifest } from "../oci/manifest.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Actor } from "../storage/metadata/records.ts";
import { readLinked } from "./read-linked.ts";
import type { Registry } from "./registry.ts";

/** Pushes wait for the one; what they do not wait for is read by the other, so that nobody waits for that. */
const queue = new ParserQueue();
const background = new ParserThread();

/** Content that could not be read within the time limit, of the last so many: many artifacts may share it. */
const costly = createLru<ParsedContent>(1000);

type Stores = Pick<Registry<"blobs" | "manifests">, "content" | "metadata" | "types">;

/** What of an artifact is read, and for whom. */
export interface FactsRequest {
  readonly repository: RepositoryName;
  readonly manifest: ParsedManifest;
}

/**
 * Reads what an artifact says about itself while its push waits, from content that its repository has and from no other.
 * @throws ParserBusyError when others wait, too: `readFactsLater` is for that
 */
export function readFacts(registry: Stores, request: FactsRequest, actor: Actor): Promise<ArtifactFacts> {
  const client = clientOf(actor);
  return read(registry, request, (extractor, digest, load) => remembering(digest, () => queue.run(client, extractor, load)));
}

/** The same when nobody waits for it: it takes its time, one artifact after the other. */
export function readFactsLater(registry: Stores, request: FactsRequest): Promise<ArtifactFacts> {
  return read(registry, request, (extractor, digest, load) => remembering(digest, () => background.run(extractor, load)));
}

async function remembering(digest: Digest, parse: () => Promise<ParsedContent | undefined>): Promise<ParsedContent | undefined> {
  const known = costly.get(digest);
  if (known !== undefined) return known;
  const parsed = await parse();
  if (parsed?.tooLong === true) costly.set(digest, parsed);
  return parsed;
}

function read(registry: Stores, { repository, manifest }: FactsRequest, turn: ParseTurn): Promise<ArtifactFacts> {
  const content: ReadContent = (edge, limit) => readLinked(registry, repository, edge, limit);
  return extractFacts(manifest, registry.types(), { read: content, turn });
}
