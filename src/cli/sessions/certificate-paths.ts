import type { ValidatePath } from "../../components/signing/certificate-path.ts";
import type { Helper } from "../../modules/helper/helper.ts";

/** Validates paths of certificates with Go's crypto/x509, in the helper, which is loaded and started for the first of them. */
export interface CertificatePaths {
  readonly validatePath: ValidatePath;
  close(): Promise<void>;
}

/** Makes what certificates are validated with. `close` it, whatever happens. */
export function certificatePaths(env: NodeJS.ProcessEnv): CertificatePaths {
  let helper: Promise<Helper> | undefined;
  return {
    async validatePath(chain, { roots, now }) {
      helper ??= openHelper(env);
      return await (await helper).call("certificatePath", { chain: [...chain], roots: [...roots], time: now.toISOString() });
    },
    close: async () => await (await helper)?.close(),
  };
}

/** The helper may be missing, which most work on components does without. */
async function openHelper(env: NodeJS.ProcessEnv): Promise<Helper> {
  const [{ createHelper }, { startHelper }, { ModuleError }] = await Promise.all([
    import("../../modules/helper/create-helper.ts"),
    import("../../modules/helper/start-helper.ts"),
    import("../../modules/helper/helper.ts"),
  ]);
  const start = async () => {
    try {
      return await startHelper(env);
    } catch (cause) {
      if (!(cause instanceof ModuleError)) throw cause;
      throw new ModuleError(cause.code, `certificates cannot be validated: ${cause.message}`, { cause });
    }
  };
  return createHelper({ start, methods: {} });
}
