/** What the exit code of a command says. */
export const EXIT = {
  ok: 0,
  general: 1,
  /** Invalid input, or a refusal that the same input will meet again. */
  invalid: 2,
  network: 3,
  permission: 4,
  notFound: 5,
  /** The command did its work, and what it checked is not well. */
  finding: 6,
  /** Ctrl-C, as shells report it: 128 and the number of the signal. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error whose message is for the user: what failed, why, and what to do next, in one line. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}
