/** Where an artifact is. */
export interface ArtifactPlace {
  /** Host and port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const PLACEHOLDER = /\{(reference|name|registry|repository|tag)\}/g;

/** Fills in the template of `ArtifactType.consume`; undefined where it takes a tag and the artifact has none. */
export function consumeCommand(template: string, place: ArtifactPlace): string | undefined {
  if (place.tag === undefined && template.includes("{tag}")) return undefined;
  const name = `${place.registry}/${place.repository}`;
  const values: Readonly<Record<string, string>> = {
    reference: place.tag !== undefined ? `${name}:${place.tag}` : place.digest === undefined ? name : `${name}@${place.digest}`,
    name,
    registry: place.registry,
    repository: place.repository,
    tag: place.tag ?? "",
  };
  return template.replaceAll(PLACEHOLDER, (whole, key: string) => values[key] ?? whole);
}
