import type { Diagnostic, HelperErrorData, HelperMethod, HelperParams, HelperResult } from "./protocol.ts";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Told what the helper says before it replies. It must not throw. */
  readonly onEvent?: (event: unknown) => void;
}

/** The CUE libraries, in a process of their own that starts with the first call. */
export interface Helper {
  /** @throws ModuleError as the helper's error says, `general` when the helper is missing, ends or breaks the protocol */
  call<M extends HelperMethod>(method: M, params: HelperParams<M>, options?: CallOptions): Promise<HelperResult<M>>;
  /** A call whose reply has a body, which must be read to its end or cancelled by the signal. */
  stream<M extends HelperMethod>(
    method: M,
    params: HelperParams<M>,
    options?: CallOptions,
  ): Promise<{ readonly result: HelperResult<M>; readonly body: AsyncIterable<Uint8Array> }>;
  /** Ends the process. Calls under way fail. */
  close(): Promise<void>;
}

export interface ModuleErrorOptions extends ErrorOptions, Partial<Pick<HelperErrorData, "diagnostics" | "details">> {
  readonly root?: string;
}

/** A failure of module work, for the user: one line, and the findings that belong to it. */
export class ModuleError extends Error {
  readonly code: HelperErrorData["code"];
  readonly diagnostics: readonly Diagnostic[];
  readonly details: Readonly<Record<string, unknown>>;
  /** The folder that relative files of the findings are in. */
  readonly root: string | undefined;

  constructor(code: HelperErrorData["code"], message: string, options: ModuleErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "ModuleError";
    this.code = code;
    this.diagnostics = options.diagnostics ?? [];
    this.details = options.details ?? {};
    this.root = options.root;
  }
}
