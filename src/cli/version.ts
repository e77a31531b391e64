import manifest from "../../package.json" with { type: "json" };

declare const OPM_COMMIT: string | undefined;

/** The version of this program, as in package.json. */
export const VERSION: string = manifest.version;

/** The commit that an executable was built from; undefined when that is not known. */
export const COMMIT: string | undefined = typeof OPM_COMMIT === "string" ? OPM_COMMIT : undefined;

/** As npm calls it, e.g. `linux-x64`. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** What this program is and what it runs on, on a line. */
export function describeVersion(): string {
  const commit = COMMIT === undefined ? "" : `commit ${COMMIT}, `;
  return `opm ${VERSION} (${commit}bun ${Bun.version}, ${PLATFORM})`;
}
