/** What is wrong with a descriptor, and where. */
export interface DescriptorProblem {
  /** E.g. `component.resources[2].access.type`. */
  readonly path: string;
  readonly message: string;
  /** `error`: it cannot be worked with. `warning`: it breaks the schema, and readers go on. */
  readonly severity: "error" | "warning";
}

/** Collects problems while a tree is walked through. */
export class ProblemList {
  readonly problems: DescriptorProblem[] = [];

  error(path: string, message: string): void {
    this.problems.push({ path, message, severity: "error" });
  }

  warn(path: string, message: string): void {
    this.problems.push({ path, message, severity: "warning" });
  }
}

export function formatProblem({ path, message }: DescriptorProblem): string {
  return `${path}: ${message}`;
}
