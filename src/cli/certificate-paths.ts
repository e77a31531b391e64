import type { ValidatePath } from "../components/signing/certificate-path.ts";
import type { HelperProcess } from "../modules/helper/helper-process.ts";

/** Validates paths of certificates with Go's crypto/x509, in the helper, which starts with the first of them. */
export interface CertificatePaths {
  readonly validatePath: ValidatePath;
  close(): Promise<void>;
}

/** Opens what certificates are validated with. `close` it, whatever happens. */
export async function openCertificatePaths(env: NodeJS.ProcessEnv): Promise<CertificatePaths> {
  const [{ createHelper }, { startHelper }, { ModuleError }] = await Promise.all([
    import("../modules/helper/create-helper.ts"),
    import("../modules/helper/start-helper.ts"),
    import("../modules/helper/helper.ts"),
  ]);
  const start = async (): Promise<HelperProcess> => {
    try {
      return await startHelper(env);
    } catch (cause) {
      if (!(cause instanceof ModuleError)) throw cause;
      throw new ModuleError(cause.code, `certificates cannot be validated: ${cause.message}`, { cause });
    }
  };
  const helper = createHelper({ start, methods: {} });
  return {
    validatePath: async (chain, { roots, now }) => await helper.call("certificatePath", { chain: [...chain], roots: [...roots], time: now.toISOString() }),
    close: () => helper.close(),
  };
}
