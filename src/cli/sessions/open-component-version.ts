import type { ComponentRepository, StoredComponentVersion } from "../../components/repository/component-repository.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import type { ComponentSession } from "./component.ts";

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
  const [{ formatComponentReference, parseComponentReference }, { findComponentVersion }] = await Promise.all([
    import("../../components/component-reference.ts"),
    import("./find-component-version.ts"),
  ]);
  if (access === "write" && parseComponentReference(text).version === undefined) {
    throw new CliError(EXIT.invalid, `${text} names no version: write it as ${text}:1.0.0`);
  }
  const { repository, location, stored } = await findComponentVersion(text, { ...session, open: (spec) => session.open(spec, { access }) });
  const { name: component, version } = stored.descriptor.component;
  for (const warning of stored.warnings) session.warn(`${component}:${version}: ${warning}`);
  return { repository, version: stored, named: { component, version, reference: formatComponentReference({ ...location, digest: undefined }) } };
}
