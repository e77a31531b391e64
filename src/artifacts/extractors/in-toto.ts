import { ContentError } from "../content-error.ts";
import { type Extractor, layerEdges } from "../extractor.ts";
import type { FactCollector } from "../fact-collector.ts";
import { asObject, asText, type JsonObject, parseJson, parseJsonObject } from "../json.ts";
import { readCyclonedx } from "./cyclonedx.ts";
import { readSpdx } from "./spdx.ts";

/** Types of the predicates that are bills of materials; their versions follow as further parts of the path. */
const SPDX = /^https:\/\/spdx\.dev\/Document(?:\/|$)/;
const CYCLONEDX = /^https:\/\/cyclonedx\.org\/(?:bom|schema)(?:\/|$)/;

const WHAT = "the attestation";

/**
 * Attestations: in-toto statements (github.com/in-toto/attestation), bare, in a DSSE envelope or in a Sigstore bundle. Of those that
 * wrap a bill of materials the packages are read; the others say nothing of dependencies.
 */
export const inTotoExtractor: Extractor = {
  select: layerEdges,
  missing: "an attestation needs a layer with its statement",
  parse({ bytes }, facts) {
    const statement = unwrap(parseJsonObject(bytes, WHAT));
    if (statement !== undefined) readStatement(statement, facts);
  },
};

/** The statement; undefined when a bundle or envelope holds something else, e.g. a plain signature. */
function unwrap(document: JsonObject): JsonObject | undefined {
  if (document.predicateType !== undefined) return document;
  if (document.messageSignature !== undefined) return undefined;
  const envelope = asObject(document.dsseEnvelope) ?? document;
  const payload = asText(envelope.payload);
  if (payload === undefined) throw new ContentError("the attestation is neither a statement nor an envelope with one");
  if (envelope.payloadType !== "application/vnd.in-toto+json") return undefined;
  return parseJsonObject(Buffer.from(payload, "base64"), WHAT);
}

function readStatement(statement: JsonObject, facts: FactCollector): void {
  const type = asText(statement.predicateType);
  if (type === undefined) throw new ContentError("the attestation has no predicateType");
  const read = SPDX.test(type) ? readSpdx : CYCLONEDX.test(type) ? readCyclonedx : undefined;
  if (read === undefined) return;
  const predicate = document(statement.predicate);
  if (predicate === undefined) throw new ContentError(`the attestation of type ${type} has no predicate`);
  read(predicate, facts);
}

/** The document itself, or below `Data` as an object or as text, as earlier versions of cosign put it. */
function document(predicate: unknown): JsonObject | undefined {
  const data = asObject(predicate)?.Data;
  if (data === undefined) return asObject(predicate);
  return asObject(typeof data === "string" ? parseJson(Buffer.from(data), WHAT) : data);
}
