import type { EdgeKind } from "../../oci/manifest.ts";
import type { TagOperation } from "../metadata-store.ts";

/**
 * States of content in the content store. Below `linked` are the candidates of the collector, as the partial index
 * `content_candidate` has it (`state < 3`).
 */
export const CONTENT = {
  /** About to be stored: its bytes may be there. */
  reserved: 0,
  /** Stored; a link to it went, so perhaps it was the last. */
  unlinked: 1,
  /** Being removed: nobody may link it. */
  collecting: 2,
  /** Stored and linked by a repository. */
  linked: 3,
  /** Not stored: only manifests refer to it, or it is a manifest. */
  absent: 4,
} as const;

export const MANIFEST_KIND = { image: 0, index: 1 } as const;

const EDGE_KINDS: readonly EdgeKind[] = ["config", "layer", "child", "subject"];

export const CHILD_EDGE = 2;

export function edgeKindCode(kind: EdgeKind): number {
  return EDGE_KINDS.indexOf(kind);
}

export function edgeKind(code: number): EdgeKind {
  return known(EDGE_KINDS[code], "edge kind", code);
}

const TAG_OPERATIONS: readonly TagOperation[] = ["create", "move", "delete", "restore"];

export function tagOperationCode(operation: TagOperation): number {
  return TAG_OPERATIONS.indexOf(operation);
}

export function tagOperation(code: number): TagOperation {
  return known(TAG_OPERATIONS[code], "tag operation", code);
}

function known<T>(value: T | undefined, what: string, code: number): T {
  if (value === undefined) throw new Error(`the metadata database holds an unknown ${what} ${code}`);
  return value;
}
