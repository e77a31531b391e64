import { ContentError } from "../content-error.ts";
import { configEdge, type Extractor } from "../extractor.ts";
import type { Dependency } from "../facts.ts";
import { asArray, asObject, asText, parseJsonObject } from "../json.ts";
import { NAME_LIMIT } from "../limits.ts";

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
  const registry = url?.host || undefined;
  if (url !== null && registry !== undefined && url.protocol === "oci:") {
    const path = url.pathname.replace(/^\/+|\/+$/g, "");
    return { ...known, key: `oci:${path === "" ? name : `${path}/${name}`}`, registry };
  }
  const place = repository.replace(/^alias:/, "@").replace(/\/+$/, "");
  return { ...known, key: place === "" ? `helm:${name}` : `helm:${place}/${name}`, ...(registry !== undefined && { registry }) };
}
