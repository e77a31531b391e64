import type { Digest } from "../oci/digest.ts";
import type { ManifestEdge, ParsedManifest } from "../oci/manifest.ts";
import { parseManifest } from "../oci/manifest.ts";
import type { ExtractorId } from "./artifact-type.ts";
import { addBaseImage } from "./base-image.ts";
import { ContentError } from "./content-error.ts";
import { effectiveType } from "./effective-type.ts";
import { type Content, layerEdges } from "./extractor.ts";
import { EXTRACTORS } from "./extractors/table.ts";
import { FactCollector } from "./fact-collector.ts";
import type { ArtifactFacts } from "./facts.ts";
import { reservedTypeProblem } from "./image-rule.ts";
import { CONTENT_LIMIT, INLINE_LIMIT, PROBLEM_LIMIT, SOURCE_LIMIT } from "./limits.ts";
import { type ParsedContent, parseContent } from "./parse-content.ts";
import { ParserThread } from "./parser-thread.ts";
import { oneLine } from "./text.ts";
import type { TypeTable } from "./type-table.ts";

/**
 * Reads what an edge of a manifest points to: the bytes of a config, a layer or a child manifest, or undefined when they are not
 * there. `limit` is in bytes; nothing larger is asked for.
 */
export type ReadContent = (edge: ManifestEdge, limit: number) => Promise<Uint8Array | undefined>;

/** Bytes of a child manifest that is read. */
const CHILD_LIMIT = 4 * 2 ** 20;

/** What an index of the Open Component Model carries; its first child is the component, the others are its images. */
const COMPONENT_VERSION = "software.ocm.componentversion";

/** Layers that say what they are, whatever the artifact around them says: many tools attach SBOMs as files or as parts of images. */
const BY_LAYER: readonly (readonly [RegExp, ExtractorId])[] = [
  [/^(?:application|text)\/(?:vnd\.)?spdx\+json$/, "spdx"],
  [/^application\/vnd\.cyclonedx\+json$/, "cyclonedx"],
  [/^application\/vnd\.(?:in-toto\+json|dsse\.envelope\.v1\+json|dev\.sigstore\.bundle(?:\.v[0-9.]+)?\+json)$/, "in-toto"],
];

/** Reads content in a thread when it is its turn; undefined when `load` finds none. */
export type ParseTurn = (extractor: ExtractorId, digest: Digest, load: () => Promise<Content | undefined>) => Promise<ParsedContent | undefined>;

/** Where the parts of an artifact come from, and who reads what takes long. */
export interface FactSources {
  readonly read: ReadContent;
  /** For what is large, or of a format that takes long. Without it, one after the other in a thread for all. */
  readonly turn?: ParseTurn;
}

const thread = new ParserThread();
const inOrder: ParseTurn = (extractor, _digest, load) => thread.run(extractor, load);

/**
 * Reads what an artifact says about itself. Content that is not what its type says ends in `problem`, with what was found before it.
 * @throws what `read` and `turn` throw, and nothing else
 */
export async function extractFacts(manifest: ParsedManifest, types: TypeTable, from: FactSources): Promise<ArtifactFacts> {
  const facts = new FactCollector();
  const problem =
    manifest.kind === "index" ? await readChild(manifest, facts, from) : await readSources(manifest, chooseExtractor(manifest, types), facts, from);
  const annotations = new Map(Object.entries(manifest.annotations));
  const baseProblem = describe(annotations, facts);
  const reason = problem ?? baseProblem;
  return { ...facts.findings(), ...(reason !== undefined && { problem: oneLine(reason, PROBLEM_LIMIT) }) };
}

/** The reader of an image manifest: the one of its type; where its type has none, or is no truth, the one of its layers. */
function chooseExtractor(manifest: ParsedManifest, types: TypeTable): ExtractorId | undefined {
  const type = effectiveType(manifest);
  const ofType = type === undefined ? undefined : types.find(type)?.extractor;
  if (ofType !== undefined && !(ofType === "image" && reservedTypeProblem(manifest) !== undefined)) return ofType;
  for (const { mediaType } of layerEdges(manifest)) {
    const known = BY_LAYER.find(([pattern]) => pattern.test(mediaType));
    if (known !== undefined) return known[1];
  }
  return ofType;
}

/** Fills what the content left open from the annotations, then from the labels. Returns a problem. */
function describe(annotations: ReadonlyMap<string, string>, facts: FactCollector): string | undefined {
  let problem: string | undefined;
  for (const values of [annotations, facts.labels]) {
    for (const field of ["title", "description", "version"] as const) facts.text(field, values.get(`org.opencontainers.image.${field}`));
    if (facts.hasDependency("base-image")) continue;
    try {
      addBaseImage(values, facts);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      problem ??= error.message;
    }
  }
  return problem;
}

/** An index says nothing but through its annotations; one that holds a component says what the component says. */
async function readChild(index: ParsedManifest, facts: FactCollector, from: FactSources): Promise<string | undefined> {
  const child = index.edges.find((edge) => edge.kind === "child");
  if (index.annotations[COMPONENT_VERSION] === undefined || child === undefined || child.size > CHILD_LIMIT) return undefined;
  const bytes = await from.read(child, CHILD_LIMIT);
  if (bytes === undefined) return undefined;
  let manifest: ParsedManifest;
  try {
    manifest = parseManifest(bytes, child.mediaType);
  } catch {
    return "the first manifest of the component's index cannot be read";
  }
  return manifest.kind === "image" ? await readSources(manifest, "ocm-component", facts, from) : undefined;
}

async function readSources(
  manifest: ParsedManifest,
  id: ExtractorId | undefined,
  facts: FactCollector,
  { read, turn = inOrder }: FactSources,
): Promise<string | undefined> {
  if (id === undefined) return undefined;
  const extractor = EXTRACTORS[id];
  const sources = extractor.select(manifest);
  if (sources.length === 0) return extractor.missing;
  if (sources.length > SOURCE_LIMIT) facts.truncate();
  let left = CONTENT_LIMIT;
  let problem: string | undefined;
  for (const edge of sources.slice(0, SOURCE_LIMIT)) {
    if (edge.size > left) {
      facts.truncate();
      problem ??= `${edge.digest} of ${edge.size} bytes is not read: at most ${CONTENT_LIMIT} bytes of an artifact are`;
      continue;
    }
    left -= edge.size;
    const load = async (): Promise<Content | undefined> => {
      const bytes = await read(edge, edge.size);
      return bytes === undefined ? undefined : { mediaType: edge.mediaType, bytes: bytes.subarray(0, edge.size) };
    };
    const isCostly = edge.size > INLINE_LIMIT || extractor.needsThread?.(edge.mediaType) === true;
    const parsed = isCostly ? await turn(id, edge.digest, load) : await parseHere(id, load);
    if (parsed === undefined) {
      problem ??= `${edge.digest} is not in the registry`;
      continue;
    }
    facts.add(parsed.findings);
    problem ??= parsed.problem;
  }
  return problem;
}

async function parseHere(id: ExtractorId, load: () => Promise<Content | undefined>) {
  const content = await load();
  return content === undefined ? undefined : parseContent(id, content);
}
