import type { ContentTarget } from "../../../client/content/content.ts";
import { parseRepositoryName, type RepositoryName } from "../../../oci/name.ts";
import { ComponentError } from "../../component-error.ts";
import type { ComponentStore } from "../component-store.ts";
import { type CtfChanges, ctfSource, ctfTarget } from "./ctf-content.ts";
import type { CtfFiles } from "./ctf-files.ts";
import { planSweep } from "./sweep.ts";

export interface CtfStoreOptions {
  /** As the user wrote it. */
  readonly path: string;
  /** Refuses to write. */
  readonly readOnly: boolean;
}

/** Component versions, and whatever OCI content else, in a common transport archive. */
export function ctfStore(files: CtfFiles, { path, readOnly }: CtfStoreOptions): ComponentStore {
  const changes: CtfChanges = { replaced: [], blobs: new Set() };
  /** An archive holds what its index reaches, and no former content that a reader could find. */
  const sweep = async () => {
    const replaced = changes.replaced.splice(0);
    if (replaced.length > 0) await files.sweep((index) => planSweep(index, replaced, (repository) => ctfSource(files, repository)));
  };
  const target = (repository: RepositoryName): ContentTarget => {
    if (readOnly) throw new ComponentError("refused", `${files.name} was opened for reading`);
    return ctfTarget(files, repository, changes);
  };
  return {
    name: files.name,
    kind: "ctf",
    spec: { type: "CommonTransportFormat/v1", filePath: path },
    repository: parseRepositoryName,
    source: (repository) => ctfSource(files, repository),
    target,
    async *repositories() {
      yield* new Set((await files.index()).map(({ repository }) => repository)).values();
    },
    async close() {
      const failure = await sweep().then(
        () => undefined,
        (cause: unknown) => ({ cause }),
      );
      await files.close();
      if (failure === undefined) return;
      const { cause } = failure;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ComponentError("invalid", `${files.name} was written, but what was replaced is still in it: ${why}`, { cause });
    },
    async discard() {
      // tags of a folder were moved, whatever failed after that
      await sweep().catch(() => {});
      await files.discard();
    },
  };
}
