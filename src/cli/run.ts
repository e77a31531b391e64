import { printText } from "./output/print.ts";
import { quickAnswer } from "./quick-answer.ts";

/** Runs the command line (without the program's name) and returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const answer = quickAnswer(args);
    if (answer === undefined) await (await import("./command-line.ts")).runCommand(args);
    else printText(answer);
    return 0;
  } catch (error) {
    const { reportError } = await import("./output/report-error.ts");
    return reportError(await explained(error, args));
  }
}

async function explained(error: unknown, args: readonly string[]): Promise<unknown> {
  if (!(error instanceof Error && "code" in error)) return error;
  switch (error.code) {
    case "commander.unknownCommand":
      return (await import("./help/foreign-words.ts")).explainUnknown(error, args);
    case "commander.missingMandatoryOptionValue":
      return await (await import("./help/mistyped-option.ts")).explainMissing(error, args);
    default:
      return error;
  }
}
