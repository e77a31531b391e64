/** Where an artifact is. */
export interface ArtifactLocation {
  /** Host and port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const PLACEHOLDER = /\{(reference|name|registry|repository|tag)\}/g;

/** Fills in the template of `ArtifactType.consume`; undefined where it takes a tag and the artifact has none. */
export function consumeCommand(template: string, at: ArtifactLocation): string | undefined {
  if (at.tag === undefined && template.includes("{tag}")) return undefined;
  const name = `${at.registry}/${at.repository}`;
  const values: Readonly<Record<string, string>> = {
    reference: at.tag !== undefined ? `${name}:${at.tag}` : at.digest === undefined ? name : `${name}@${at.digest}`,
    name,
    registry: at.registry,
    repository: at.repository,
    tag: at.tag ?? "",
  };
  return template.replaceAll(PLACEHOLDER, (whole, key: string) => values[key] ?? whole);
}
