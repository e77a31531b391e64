import { describe, expect, test } from "bun:test";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";

/** As Docker Buildx writes it for linux/arm/v7, shortened. */
const CONFIG = {
  created: "2024-01-27T00:30:56.417513582Z",
  architecture: "arm",
  variant: "v7",
  os: "linux",
  config: {
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    Cmd: ["/bin/sh"],
    Labels: { "org.opencontainers.image.version": "3.19.1", maintainer: "someone@example.test" },
  },
  rootfs: { type: "layers", diff_ids: ["sha256:d4fc045c9e3a848011de66f34b81f052d4f2c15a17bb196d637e526349601820"] },
  history: [{ created_by: "/bin/sh -c #(nop)  CMD ['/bin/sh']", empty_layer: true }],
};

describe("image", () => {
  test("reads platform and labels", () => {
    const { findings, problem } = parsed("image", CONFIG);
    expect(problem).toBeUndefined();
    expect(findings.platforms).toEqual([{ architecture: "arm", os: "linux", variant: "v7" }]);
    expect(findings.labels).toEqual(CONFIG.config.Labels);
  });

  test("reads version and features of Windows", () => {
    const config = { architecture: "amd64", os: "windows", "os.version": "10.0.20348.2227", "os.features": ["win32k", 1] };
    expect(parsed("image", config).findings.platforms).toEqual([
      { architecture: "amd64", os: "windows", "os.version": "10.0.20348.2227", "os.features": ["win32k"] },
    ]);
  });

  test("reads the config of a WebAssembly component", () => {
    const config = { created: "2024-09-25T00:00:00Z", architecture: "wasm", os: "wasip2", layerDigests: [], component: { exports: [], imports: [] } };
    expect(parsed("image", config)).toMatchObject({ problem: undefined, findings: { platforms: [{ architecture: "wasm", os: "wasip2" }] } });
  });

  test("takes an attestation's platform for none", () => {
    expect(parsed("image", { architecture: "unknown", os: "unknown" })).toMatchObject({ problem: undefined, findings: { platforms: [] } });
  });

  test.each([
    ["labels that are no object", { ...CONFIG, config: { Labels: ["a"] } }],
    ["labels that are no text", { ...CONFIG, config: { Labels: { a: 1 } } }],
    ["no config", { ...CONFIG, config: null }],
  ])("does without %s", (_, config) => expect(parsed("image", config)).toMatchObject({ problem: undefined, findings: { labels: {} } }));

  test("names what is missing", () => expect(parsed("image", { os: "linux", architecture: 7 }).problem).toBe("the image config has no architecture and os"));

  test("bounds a config of nothing but labels", () => {
    const labels = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`label-${at}`, "x".repeat(80)]));
    const { findings } = parsed("image", { ...CONFIG, config: { Labels: labels } });
    expect(Object.keys(findings.labels)).toHaveLength(100);
    expect(findings.truncated).toBe(true);
  });

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(parsed("image", content).problem).toContain("the image config"));
});
