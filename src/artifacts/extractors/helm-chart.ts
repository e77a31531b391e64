import { ContentError } from "../content-error.ts";
import { configEdge, type Extractor } from "../extractor.ts";
import type { Dependency } from "../facts.ts";
import { asArray, asObject, asText, parseJsonObject } from "../json.ts";
import { NAME_LIMIT } from "../limits.ts";

/** Repositories that are on a host; others are folders, or names that only the author's configuration knows. */
const NETWORK: ReadonlySet<string> = new Set(["oci:", "https:", "http:"]);

/** Helm charts: the config is the chart's metadata (helm.sh/docs/topics/charts, "The Chart.yaml File") as JSON. */
export const helmChartExtractor: Extractor = {
  select: configEdge,
  missing: "a Helm chart needs a config",
  parse({ bytes }, facts) {
    const chart = parseJsonObject(bytes, "the chart metadata");
    const name = asText(chart.name);
    if (name === undefined) throw new ContentError("the chart metadata has no name");
    facts.text("title", name);
    facts.text("description", chart.description);
    facts.text("version", chart.version);
    for (const item of asArray(chart.dependencies)) {
      const declared = asObject(item);
      const needed = asText(declared?.name);
      if (needed === undefined) throw new ContentError("the chart metadata declares a dependency without a name");
      const repository = asText(declared?.repository) ?? "";
      if (repository.length > NAME_LIMIT) facts.truncate();
      else facts.dependency(dependency(needed, asText(declared?.version), repository));
    }
  },
};

function dependency(name: string, requirement: string | undefined, repository: string): Dependency {
  const known = { kind: "helm-chart" as const, name, ...(requirement !== undefined && { requirement }) };
  const url = URL.parse(repository);
  if (url === null || !NETWORK.has(url.protocol)) {
    const place = trimSlashes(repository.replace(/^alias:/, "@"));
    return { ...known, key: place === "" ? `helm:${name}` : `helm:${place}/${name}` };
  }
  const path = trimSlashes(url.pathname);
  const full = path === "" ? name : `${path}/${name}`;
  // Built from its parts, as the URL may carry a password.
  return { ...known, key: url.protocol === "oci:" ? `oci:${full}` : `helm:${url.protocol}//${url.host}/${full}`, registry: url.host };
}

function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, "");
}
