import { describe, expect, test } from "bun:test";
import { UnauthorizedError } from "../access/unauthorized-error.ts";
import { RegistryError } from "../oci/errors.ts";
import { challenge, tokenRealm } from "./authentication.ts";

const request = (host = "127.0.0.1:5000", scheme = "http") => ({ origin: `${scheme}://${host}` });

describe("tokenRealm", () => {
  test.each(["registry.example.org", "localhost:5000", "[::1]:5000", "192.0.2.1:80", "my_host"])("the host that the client named: %s", (host) => {
    expect(tokenRealm(request(host), undefined)).toBe(`http://${host}/token`);
  });

  test.each(['evil"', "a/b", "a b", "user@host", "host:123456", "-x", "a".repeat(300), ""])("not what is no host: %s", (host) => {
    expect(tokenRealm(request(host), undefined)).toBe("http://localhost/token");
  });

  test("the public URL goes before everything", () => {
    expect(tokenRealm(request("inside:5000"), "https://registry.example.org/")).toBe("https://registry.example.org/token");
    expect(tokenRealm(request("127.0.0.1:5000", "https"), undefined)).toBe("https://127.0.0.1:5000/token");
  });
});

describe("challenge", () => {
  const realm = 'Bearer realm="http://r/token",service="opm"';
  const from = (options: Omit<Parameters<typeof challenge>[1], "publicUrl">) => challenge(request("r"), { publicUrl: undefined, ...options });

  test("without and with a scope", () => {
    expect(from({})).toBe(realm);
    expect(from({ repository: "team/app", actions: ["pull", "push"] })).toBe(`${realm},scope="repository:team/app:pull,push"`);
    expect(from({ error: new RegistryError("UNAUTHORIZED") })).toBe(realm);
  });

  test("what the error knows goes first", () => {
    const error = new UnauthorizedError("x", { scope: "repository:a:pull", error: "insufficient_scope" });
    expect(from({ error, repository: "b", actions: ["push"] })).toBe(`${realm},scope="repository:a:pull",error="insufficient_scope"`);
    expect(from({ error: new UnauthorizedError("x", { error: "invalid_token" }) })).toBe(`${realm},error="invalid_token"`);
  });

  test("nothing breaks out of its quotes", () => {
    expect(from({ repository: 'a",realm="evil', actions: ["pull"] })).toBe(realm);
    expect(from({ repository: "a\r\nX: y", actions: ["pull"] })).toBe(realm);
  });

  test("the service is the host of the public URL", () => {
    expect(challenge(request(), { publicUrl: "https://registry.example.org:8443" })).toBe(
      'Bearer realm="https://registry.example.org:8443/token",service="registry.example.org:8443"',
    );
  });
});
