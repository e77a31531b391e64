import manifest from "../../package.json" with { type: "json" };

declare const OPM_COMMIT: string | undefined;

/** The version of this program, as in package.json. */
export const VERSION: string = manifest.version;

/** The commit that an executable was built from; undefined when that is not known. */
export const COMMIT: string | undefined = typeof OPM_COMMIT === "string" ? OPM_COMMIT : undefined;
