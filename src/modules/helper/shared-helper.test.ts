import { expect, test } from "bun:test";
import { type Helper, ModuleError } from "./helper.ts";
import { type HelperSettings, shareHelper } from "./shared-helper.ts";

const FIRST: HelperSettings = { registry: "a.example", cache: "/c" };
const SECOND: HelperSettings = { registry: "b.example", cache: "/c" };

/** Remembers what it was asked; answers after a while, with the registry that is in force at the start and at the end. */
function recording(fail?: Error) {
  const seen: string[] = [];
  let registry = "";
  const call = async (method: string, params: Partial<HelperSettings>) => {
    if (method === "configure") {
      registry = params.registry ?? "";
      seen.push(registry);
      return {};
    }
    if (fail !== undefined) throw fail;
    const before = registry;
    await Bun.sleep(5);
    return [before, registry];
  };
  return { helper: { call, stream: call, close: async () => {} } as unknown as Helper, seen };
}

test("the settings are said once, before the first call", async () => {
  const { helper, seen } = recording();
  const configured = shareHelper(helper).with(FIRST);
  await Promise.all([configured.call("fix", { root: "/" }), configured.call("fix", { root: "/" })]);
  await configured.call("fix", { root: "/" });
  expect(seen).toEqual(["a.example"]);
});

test("calls with other settings do not run at the same time", async () => {
  const { helper, seen } = recording();
  const shared = shareHelper(helper);
  const [first, second] = [shared.with(FIRST), shared.with(SECOND)];
  const answers: unknown[] = await Promise.all([first, second, first, second, second, first].map((configured) => configured.call("fix", { root: "/" })));
  const [a, b] = [
    ["a.example", "a.example"],
    ["b.example", "b.example"],
  ];
  expect(answers).toEqual([a, b, a, b, b, a]);
  expect(seen.length).toBeGreaterThan(1);
});

test("an error says which folder its files are in", async () => {
  const { helper } = recording(new ModuleError("invalid", "no", { details: { a: 1 } }));
  const configured = shareHelper(helper).with(FIRST);
  const error: unknown = await configured.call("fix", { root: "/m" }).catch((error) => error);
  expect(error).toMatchObject({ code: "invalid", message: "no", details: { a: 1 }, root: "/m" });
});

test("a call follows its settings at once, and fails as they do", async () => {
  const asked: string[] = [];
  const { promise, reject } = Promise.withResolvers<never>();
  const call = (method: string) => {
    asked.push(method);
    return method === "configure" ? promise : Promise.reject(new Error("no registry: configure comes first"));
  };
  const helper = { call, stream: call, close: async () => {} } as unknown as Helper;
  const answer = shareHelper(helper)
    .with(FIRST)
    .call("fix", { root: "/" })
    .catch((error: unknown) => error);
  await Bun.sleep(1);
  expect(asked).toEqual(["configure", "fix"]);
  const refused = new Error("a bad routing");
  reject(refused);
  expect(await answer).toBe(refused);
});
