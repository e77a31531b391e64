import type { Config } from "../../config/schema.ts";

/** The first lines that `opm serve` prints: where it listens, where the data lies, who may push, what to try. */
export function banner(config: Config, url: string, version: string): string[] {
  return [
    `opm ${version} is ready`,
    `  Listening  ${url}`,
    `  Data       ${config.data}${config.storage.metadata.driver === "postgres" ? ", metadata in PostgreSQL" : ""}`,
    `  Push       ${whoMayPush(config)}`,
    `  Try        ${config.access.grants === undefined ? `curl ${url}/v2/_catalog` : `docker login ${new URL(url).host}`}`,
  ];
}

function whoMayPush({ access: { grants } }: Config): string {
  if (grants === undefined) return "everybody on this machine, without logging in (access.grants is not set)";
  const pushing = grants.filter(({ actions }) => actions.includes("push") || actions.includes("admin"));
  if (pushing.length === 0) return "nobody (no grant has push)";
  return pushing.map(({ subjects, repositories }) => `${subjects.join(", ")} to ${repositories}`).join("; ");
}
