/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** `opm.yaml:3:7`, `OPM_LISTEN` or `--listen`; empty when it stands nowhere. */
  readonly where: string;
  /** `limits.manifestSize`; empty for the configuration as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Problems that a message lists at most: a file that is something else altogether has thousands. */
const LISTED = 50;

/** The configuration cannot be used; the message has one line for each problem. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(summary(problems), options);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** `opm.yaml:3:7: limits.manifestSize: expected a size such as 4MiB or 10GB` */
export function formatProblem({ where, path, message }: ConfigProblem): string {
  return [where, path, message].filter((part) => part !== "").join(": ");
}

function summary(problems: readonly ConfigProblem[]): string {
  const rest = problems.length - LISTED;
  return [...problems.slice(0, LISTED).map(formatProblem), ...(rest > 0 ? [`and ${rest} problems more`] : [])].join("\n");
}
