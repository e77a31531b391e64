import { describe, expect, test } from "bun:test";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";

/** What `helm push` makes of a Chart.yaml. */
const CHART = {
  name: "wordpress",
  home: "https://example.test",
  version: "22.1.3",
  description: "WordPress is a blogging and content management platform.",
  keywords: ["blog"],
  apiVersion: "v2",
  appVersion: "6.4.3",
  dependencies: [
    { name: "memcached", version: "6.x.x", repository: "oci://registry-1.docker.io/bitnamicharts", condition: "memcached.enabled" },
    { name: "mariadb", version: "~15.2.0", repository: "https://charts.example.test/stable/", alias: "db" },
    { name: "common", version: "2.x.x", repository: "@bitnami", tags: ["bitnami-common"] },
    { name: "other", version: ">=1.0.0", repository: "alias:corp" },
    { name: "local", version: "0.1.0", repository: "file://../local" },
    { name: "bundled", version: "1.0.0" },
  ],
  type: "application",
};

describe("helm-chart", () => {
  test("reads what the chart is", () => {
    const { findings, problem } = parsed("helm-chart", CHART);
    expect(problem).toBeUndefined();
    expect(findings).toMatchObject({ title: "wordpress", version: "22.1.3", description: CHART.description, provides: [], platforms: [] });
  });

  test("reads what it depends on", () => {
    const { dependencies } = parsed("helm-chart", CHART).findings;
    expect(dependencies).toEqual([
      { kind: "helm-chart", key: "oci:bitnamicharts/memcached", name: "memcached", registry: "registry-1.docker.io", requirement: "6.x.x" },
      { kind: "helm-chart", key: "helm:https://charts.example.test/stable/mariadb", name: "mariadb", registry: "charts.example.test", requirement: "~15.2.0" },
      { kind: "helm-chart", key: "helm:@bitnami/common", name: "common", requirement: "2.x.x" },
      { kind: "helm-chart", key: "helm:@corp/other", name: "other", requirement: ">=1.0.0" },
      { kind: "helm-chart", key: "helm:file://../local/local", name: "local", requirement: "0.1.0" },
      { kind: "helm-chart", key: "helm:bundled", name: "bundled", requirement: "1.0.0" },
    ]);
  });

  test("keeps host and port of a registry, and a chart at its root", () => {
    const chart = { name: "a", dependencies: [{ name: "b", version: "1", repository: "oci://localhost:5000/" }] };
    expect(parsed("helm-chart", chart).findings.dependencies).toEqual([
      { kind: "helm-chart", key: "oci:b", name: "b", registry: "localhost:5000", requirement: "1" },
    ]);
  });

  test("keeps no password of a repository", () => {
    const chart = { name: "a", dependencies: [{ name: "b", version: "1", repository: "https://me:secret@x.test/charts?token=secret" }] };
    expect(parsed("helm-chart", chart).findings.dependencies).toEqual([
      { kind: "helm-chart", key: "helm:https://x.test/charts/b", name: "b", registry: "x.test", requirement: "1" },
    ]);
  });

  test("keeps what it read before what is wrong", () => {
    const { findings, problem } = parsed("helm-chart", { ...CHART, dependencies: [{ name: "a", version: "1" }, "b"] });
    expect(problem).toBe("the chart metadata declares a dependency without a name");
    expect(findings).toMatchObject({ title: "wordpress", dependencies: [{ key: "helm:a" }] });
  });

  test.each([
    ["no name", { version: "1.0.0" }],
    ["a name that is no text", { name: {} }],
  ])("explains %s", (_, chart) => expect(parsed("helm-chart", chart).problem).toBe("the chart metadata has no name"));

  test("bounds dependencies without end", () => {
    const dependencies = Array.from({ length: 6000 }, (_, at) => ({ name: `d${at}`, version: "1", repository: "https://x.test" }));
    const { findings } = parsed("helm-chart", { name: "a", dependencies });
    expect(findings.dependencies).toHaveLength(5000);
    expect(findings.truncated).toBe(true);
  });

  test("leaves out a repository that is longer than any", () => {
    const chart = { name: "a", dependencies: [{ name: "b", repository: `${"/".repeat(400_000)}x` }] };
    expect(parsed("helm-chart", chart)).toMatchObject({ problem: undefined, findings: { dependencies: [], truncated: true } });
  });

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(parsed("helm-chart", content).problem).toContain("the chart metadata"));
});
