import type { ComponentLocation } from "../components/component-reference.ts";
import type { ComponentRepository, StoredComponentVersion } from "../components/repository/component-repository.ts";
import type { ComponentSession } from "./component-session.ts";
import { CliError, EXIT } from "./exit-code.ts";

/** A component version that an argument names, with where it is. */
export interface NamedComponentVersion {
  readonly repository: ComponentRepository;
  readonly location: ComponentLocation & { readonly version: string };
  readonly stored: StoredComponentVersion;
}

/** Finds the component version that an argument names; without a version the highest, a release where there is one. */
export async function findComponentVersion(text: string, { open, signal }: ComponentSession): Promise<NamedComponentVersion> {
  const { parseComponentReference } = await import("../components/component-reference.ts");
  const location = parseComponentReference(text);
  const repository = await open(location.repository);
  const version = location.version ?? (await highestVersion(repository, location, signal));
  const stored = await repository.get(location.component, version, { signal });
  if (location.digest !== undefined && location.digest !== stored.digest) {
    throw new CliError(EXIT.invalid, `${location.component}:${version} in ${location.place} has the digest ${stored.digest}, not ${location.digest}`);
  }
  return { repository, location: { ...location, version }, stored };
}

/** The highest version that is no pre-release, else the highest. */
export function latestVersion(versions: readonly string[]): string | undefined {
  return versions.findLast((version) => !/^[^+]*-/.test(version)) ?? versions.at(-1);
}

async function highestVersion(repository: ComponentRepository, { component, place }: ComponentLocation, signal: AbortSignal): Promise<string> {
  const latest = latestVersion(await repository.versions(component, { signal }));
  if (latest === undefined) throw new CliError(EXIT.notFound, `there is no component ${component} in ${place}`);
  return latest;
}
