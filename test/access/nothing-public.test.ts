import { expect, test } from "bun:test";
import { expectError } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry({ config: { access: { grants: [] } } });

test("without any grant anonymous may do nothing, and is asked to log in for lists too", async () => {
  for (const path of ["/v2/", "/v2/_catalog", "/v2/public/app/tags/list", "/metrics"]) expectError(await client.get(path), 401, "UNAUTHORIZED");
  expectError(await client.post("public/app"), 401, "UNAUTHORIZED");
  expect((await client.get("/v2/_catalog")).headers.get("WWW-Authenticate")).toContain('scope="registry:catalog:*"');
});
