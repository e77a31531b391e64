import type { ContentTarget } from "../../../client/content/content.ts";
import { parseRepositoryName, type RepositoryName } from "../../../oci/name.ts";
import { ComponentError } from "../../component-error.ts";
import type { ComponentStore } from "../component-store.ts";
import { ctfSource, ctfTarget } from "./ctf-content.ts";
import type { CtfFiles } from "./ctf-files.ts";

export interface CtfStoreOptions {
  /** As the user wrote it. */
  readonly path: string;
  /** Refuses to write. */
  readonly readOnly: boolean;
}

/** Component versions, and whatever OCI content else, in a common transport archive. */
export function ctfStore(files: CtfFiles, { path, readOnly }: CtfStoreOptions): ComponentStore {
  const target = (repository: RepositoryName): ContentTarget => {
    if (readOnly) throw new ComponentError("refused", `${files.name} was opened for reading`);
    return ctfTarget(files, repository);
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
    close: () => files.close(),
    discard: () => files.discard(),
  };
}
