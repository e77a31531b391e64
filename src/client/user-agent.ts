import manifest from "../../package.json" with { type: "json" };

/** What every request calls itself. */
export const USER_AGENT = `opm/${manifest.version}`;
