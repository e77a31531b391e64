import { expect, test } from "bun:test";
import { runOpm } from "../cli/run-opm.ts";
import { useCatalog } from "./use-catalog.ts";

const { opm } = useCatalog();
const DIGEST = `sha256:${"0".repeat(64)}`;

test.each([
  [["versions", "HOST/team/web/app", "--range", "one to two"], "range"],
  [["versions", "HOST/team/web/app", "--all-tags", "--prerelease"], "does not go with"],
  [["versions", "HOST/Team"], "invalid repository name"],
  [["versions", "HOST/team/web/app", "--limit", "0"], "whole number"],
  [["list", "HOST", "--class", "released"], "semver, floating"],
  [["list", "HOST", "--platform", "linux"], "Expected os/architecture"],
  [["resolve", "HOST/team/web/app", "--platform", "linux/"], "Expected os/architecture"],
  [["pull", "HOST/team/web/app", "--platform", "linux/arm/v7/x"], "Expected os/architecture"],
  [["list", "HOST", "--since", "tomorrow"], "Expected a date"],
  [["list", "HOST/Team"], "glob over repository names"],
  [["list"], "no registry is named"],
  [["resolve", `HOST/team/web/app@${DIGEST}`], "nothing to resolve"],
  [["graph", "HOST/team/web/app", "--up", "--down"], "cannot be used"],
  [["graph", "HOST/team/web/app", "--depth", "33"], "depth"],
  [["history", `HOST/team/web/app@${DIGEST}`], "only tags have a history"],
  [["restore", "HOST/team/web/app"], "neither a tag nor a digest"],
  [["restore", "HOST/team/web/app:latest", "--digest", "sha256:1"], "Expected sha256"],
  [["prune", "HOST/team/web/app"], "what is old?"],
  [["prune", "HOST/team/web/app", "--keep-last", "1"], "give --yes"],
  [["stats", "HOST/a/b/c"], "--repository"],
  [["namespace", "create", "HOST/a/b"], "is not [host[:port]/]namespace"],
  [["namespace", "create", "HOST/a", "--label", "x"], "key=value"],
  [["project", "create", "HOST/a/b", "--version-policy", "strict"], "off, warn, enforce"],
  [["type", "add", "Model", "--registry", "HOST"], "media type"],
  [["catalog", "apply", "--registry", "HOST"], "--file"],
])("%j exits with 2", async (args, message) => {
  const { code, stdout, stderr } = await opm(...args);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  expect(stderr.match(/^opm: /gm)).toHaveLength(1);
});

test.each([
  [["versions", "HOST/not/there"]],
  [["inspect", "HOST/team/web/app:none"]],
  [["deps", `HOST/team/web/app@${DIGEST}`]],
  [["graph", "HOST/team/web/app:none"]],
  [["history", "HOST/not/there"]],
  [["resolve", "HOST/team/web/app@^7"]],
  [["restore", "HOST/team/web/app:none"]],
  [["namespace", "edit", "HOST/none", "--label", "a=b"]],
  [["project", "delete", "HOST/none/none", "--yes"]],
  [["repository", "delete", "HOST/not/there", "--yes"]],
  [["type", "remove", "application/vnd.none", "--registry", "HOST"]],
  [["catalog", "apply", "-f", "/not/there.yaml", "--registry", "HOST"]],
])("%j exits with 5", async (args) => {
  const { code, stdout, stderr } = await opm(...args);
  expect([code, stdout, stderr]).toEqual([5, "", expect.stringMatching(/^opm: .+\n$/)]);
});

test("no network: 3, soon", async () => {
  const results = await Promise.all(
    [
      ["list", "127.0.0.1:1"],
      ["versions", "127.0.0.1:1/app"],
      ["stats", "127.0.0.1:1"],
    ].map((args) => runOpm(args)),
  );
  for (const { code, stdout, stderr } of results) expect([code, stdout, stderr]).toEqual([3, "", expect.stringMatching(/^opm: .*127\.0\.0\.1:1.*\n$/)]);
});

test("a host that is no registry", async () => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("<html>hello</html>", { headers: { "Content-Type": "text/html" } }) });
  try {
    const { code, stderr } = await runOpm(["versions", `127.0.0.1:${server.port}/app`]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("is it a registry?")]);
  } finally {
    await server.stop(true);
  }
});
