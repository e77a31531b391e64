/** The project that a repository belongs to. */
export interface ProjectPath {
  readonly namespace: string;
  readonly project: string;
}

/** First part, second part; `library` and `_` stand for those that a short name lacks. */
export function projectPathOf(repository: string): ProjectPath {
  const [first = "", second, third] = repository.split("/");
  if (second === undefined) return { namespace: "library", project: "_" };
  return { namespace: first, project: third === undefined ? "_" : second };
}
