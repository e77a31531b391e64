import type { ComponentLocation } from "../../components/component-reference.ts";
import type { ComponentRepository, StoredComponentVersion } from "../../components/repository/component-repository.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import type { ComponentSession } from "./component.ts";

/** A component version that an argument names, with where it is. */
interface NamedComponentVersion {
  readonly repository: ComponentRepository;
  readonly location: ComponentLocation & { readonly version: string };
  readonly stored: StoredComponentVersion;
}

/** Finds the component version that an argument names; without a version the one with its digest, else the highest, a release where there is one. */
export async function findComponentVersion(text: string, { open, signal }: ComponentSession): Promise<NamedComponentVersion> {
  const { parseComponentReference } = await import("../../components/component-reference.ts");
  const location = parseComponentReference(text);
  const repository = await open(location.repository);
  const stored = await findVersion(repository, location, signal);
  const { version } = stored.descriptor.component;
  if (location.digest !== undefined && location.digest !== stored.digest) {
    throw new CliError(EXIT.invalid, `${location.component}:${version} in ${location.place} has the digest ${stored.digest}, not ${location.digest}`);
  }
  return { repository, location: { ...location, version }, stored };
}

async function findVersion(repository: ComponentRepository, location: ComponentLocation, signal: AbortSignal): Promise<StoredComponentVersion> {
  const { component, place, version, digest } = location;
  if (version !== undefined) return await repository.get(component, version, { signal });
  const versions = await repository.versions(component, { signal });
  const { matchingVersions } = await import("../../components/matching-versions.ts");
  const [latest] = matchingVersions(versions, { latest: true });
  if (latest === undefined) throw new CliError(EXIT.notFound, `there is no component ${component} in ${place}`);
  if (digest === undefined) return await repository.get(component, latest, { signal });
  for (const each of versions.toReversed()) {
    const stored = await repository.get(component, each, { signal });
    if (stored.digest === digest) return stored;
  }
  throw new CliError(EXIT.notFound, `there is no version of ${component} with the digest ${digest} in ${place}`);
}

/** A component version that a command works on, and where it is. */
export interface OpenedVersion {
  readonly repository: ComponentRepository;
  readonly version: StoredComponentVersion;
  /** What names it in every output. */
  readonly named: { readonly component: string; readonly version: string; readonly reference: string };
}

/**
 * Opens the component version that an argument names, and says what of its descriptor breaks the schema. What is to be changed must be named
 * with its version.
 * @throws CliError `invalid` without a version; ClientError `not-found`; ComponentError
 */
export async function openVersion(session: ComponentSession, text: string, access: "read" | "write" = "read"): Promise<OpenedVersion> {
  const { formatComponentReference, parseComponentReference } = await import("../../components/component-reference.ts");
  if (access === "write" && parseComponentReference(text).version === undefined) {
    throw new CliError(EXIT.invalid, `${text} names no version: write it as ${text}:1.0.0`);
  }
  const { repository, location, stored } = await findComponentVersion(text, { ...session, open: (spec) => session.open(spec, { access }) });
  const { name: component, version } = stored.descriptor.component;
  for (const warning of stored.warnings) session.warn(`${component}:${version}: ${warning}`);
  return { repository, version: stored, named: { component, version, reference: formatComponentReference({ ...location, digest: undefined }) } };
}
