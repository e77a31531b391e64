import { describe, expect, test } from "bun:test";
import { ClientError } from "../../client/client-error.ts";
import { ModuleError } from "../helper/helper.ts";
import { withOriginHint } from "./origin-hint.ts";
import { DEFAULT_ROUTE } from "./routing.ts";

const routes = [{ prefix: "lib.test", host: "r.test:5000", repository: "", insecure: false, origin: "~/.opm/config.yaml:2:3" }, DEFAULT_ROUTE];
const hinted = (error: unknown) => withOriginHint(error, { routes });

describe("withOriginHint", () => {
  test("says what chose the registry that failed", () => {
    for (const error of [
      new ModuleError("network", "cannot reach r.test:5000: no answer"),
      new ClientError("network", "cannot reach r.test:5000: no answer"),
    ]) {
      expect(hinted(error)).toMatchObject({
        name: error.name,
        message: "cannot reach r.test:5000: no answer (r.test:5000 is what ~/.opm/config.yaml:2:3 says)",
        cause: error,
      });
    }
  });

  test("says that nothing is configured", () => {
    const error = new ModuleError("network", "module a.test (registry.cue.works/a.test): no answer", { root: "/x", details: { status: 500 } });
    expect(hinted(error)).toMatchObject({
      message: `${error.message} (no other registry than registry.cue.works is configured)`,
      root: "/x",
      details: { status: 500 },
    });
  });

  test("leaves other errors and other hosts", () => {
    for (const error of [
      new ModuleError("network", "r.test:50001 is gone"),
      new ModuleError("not-found", "r.test:5000 has no such module"),
      new Error("r.test:5000"),
      new ModuleError("network", "a.test is gone (~/.opm/config.yaml has no registry for a.test, for others say registry.cue.works)"),
    ]) {
      expect(hinted(error)).toMatchObject({ message: error.message });
    }
  });
});
