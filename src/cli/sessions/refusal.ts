import { CliError, EXIT } from "../output/exit-code.ts";

/** Runs a use case whose plain errors say what is wrong with the input; those of the machine below carry a code. */
export async function refusing<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Error && error.name === "AccountNotFound") throw new CliError(EXIT.notFound, error.message, { cause: error });
    if (error instanceof Error && error.name === "AccountConflict") throw new CliError(EXIT.invalid, error.message, { cause: error });
    if (error instanceof Error && error.constructor === Error && !("code" in error)) throw new CliError(EXIT.invalid, error.message, { cause: error });
    throw error;
  }
}
