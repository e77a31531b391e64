import { buildProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/** Runs the command line (without the program's name) and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  endOnBrokenPipe(process.stdout);
  endOnBrokenPipe(process.stderr);
  try {
    await buildProgram().parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    return reportError(error);
  }
}

/** Whoever reads the output may stop reading (`opm … | head`): that ends the command, and is no error. */
function endOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
