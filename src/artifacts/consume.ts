/** Where an artifact is. */
export interface ArtifactPlace {
  /** Host and port. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const PLACEHOLDER = /\{(reference|name|registry|repository|tag)\}/g;

/** Fills in the template of `ArtifactType.consume`. `{tag}` is the digest for an artifact without a tag. */
export function consumeCommand(template: string, place: ArtifactPlace): string {
  const name = `${place.registry}/${place.repository}`;
  const values: Readonly<Record<string, string>> = {
    reference: place.tag !== undefined ? `${name}:${place.tag}` : place.digest === undefined ? name : `${name}@${place.digest}`,
    name,
    registry: place.registry,
    repository: place.repository,
    tag: place.tag ?? place.digest ?? "latest",
  };
  return template.replaceAll(PLACEHOLDER, (whole, key: string) => values[key] ?? whole);
}
