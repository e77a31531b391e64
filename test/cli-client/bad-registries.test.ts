import { test } from "bun:test";
import { join } from "node:path";
import { type FakeHandler, reply, startFakeServer } from "../../src/client/testing/fake-server.ts";
import { expectFailure, useClient } from "./client-tests.ts";

const opm = useClient();

const bearer = (realm: string): FakeHandler => {
  return ({ path }, response) => (path.startsWith("/token") ? reply(response, 200, {}, "<html>") : reply(response, 401, { "WWW-Authenticate": realm }, "{}"));
};

// What keeps the process from ending shows in the code: it is killed long before it gives up by itself.
test.each<[name: string, code: number, message: RegExp, handler: FakeHandler]>([
  ["a token server that gives none", 3, /gave no token: it may be misconfigured/, bearer('Bearer realm="/token"')],
  ["a token server that is none", 3, /names no token server that can be asked/, bearer('Bearer realm="file:///etc/passwd"')],
  ["no token server", 3, /names no token server that can be asked/, bearer("Bearer")],
  ["a log-in of an unknown kind", 4, /asks for credentials and there are none/, bearer("Negotiate")],
  ["a page in place of a manifest", 2, /is not a manifest/, (_, response) => reply(response, 200, {}, "<html>")],
  ["too many requests for long", 3, /too many requests: try again later/, (_, response) => reply(response, 429, { "Retry-After": "86400" })],
  ["a way to a file", 2, /redirects to file:/, (_, response) => reply(response, 307, { Location: "file:///etc/passwd" })],
])("%s ends a pull at once", async (_, code, message, handler) => {
  const server = await startFakeServer(handler);
  try {
    expectFailure(await opm.run(["pull", `${server.host}/team/app:v1`, "-o", opm.fresh(), "--timeout", "10m"]), code, message);
  } finally {
    await server.stop();
  }
});

test("a registry that does not answer is given up", async () => {
  const server = await startFakeServer(() => {});
  try {
    expectFailure(await opm.run(["pull", `${server.host}/team/app:v1`, "-o", opm.fresh(), "--timeout", "200ms"]), 3, /no answer for 0.2 s/);
  } finally {
    await server.stop();
  }
});

test("a web server that has a page for every request takes no push", async () => {
  const server = await startFakeServer((_, response) => reply(response, 200, { "Content-Type": "text/html" }, "<html>"));
  try {
    const file = join(opm.fresh(), "a.txt");
    await Bun.write(file, "hello, registry");
    expectFailure(
      await opm.run(["push", "-q", "-t", "application/vnd.acme.note.v1", `${server.host}/team/app:v1`, file]),
      3,
      /was not pushed: .* is 127\.0\.0\.1:\d+ a registry\?/,
    );
  } finally {
    await server.stop();
  }
});
