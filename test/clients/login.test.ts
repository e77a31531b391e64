import { beforeAll, describe, expect } from "bun:test";
import { addUser, createToken } from "../support/accounts.ts";
import { findTool, testWith } from "../support/tools.ts";
import { useRegistry } from "../support/use-registry.ts";
import { cueRegistry, LOGIN_CLIENTS, type LoginClientName } from "./login-clients.ts";
import { type Ran, useSandbox } from "./sandbox.ts";

const grants = [
  { subjects: ["anonymous"], repositories: "public/**", actions: ["pull"] },
  { subjects: ["user:ann"], repositories: "**", actions: ["pull", "push"] },
  { subjects: ["user:bob"], repositories: "team/**", actions: ["pull"] },
];
const { server } = useRegistry({ config: { access: { grants } } });
const host = () => `127.0.0.1:${server().port}`;

const passwords = { ann: "correct horse", bob: "battery staple" };
let token = "";

beforeAll(async () => {
  for (const [user, password] of Object.entries(passwords)) await addUser(server(), user, password);
  token = await createToken(server(), "ann", "--scope", "team/**:pull,push");
}, 60_000);

const NAMES: readonly LoginClientName[] = ["crane", "regctl", "helm", "skopeo", "cue"];
const tools = new Map(await Promise.all(NAMES.map(async (name) => [name, await findTool(name)] as const)));

for (const [name, tool] of tools) {
  const test = testWith(tool);
  const { logIn, push, pull, asksAtOnce } = LOGIN_CLIENTS[name];
  const takeSeat = () => {
    const sandbox = useSandbox(() => ({ CUE_REGISTRY: cueRegistry(host()) }));
    return () => ({ tool, sandbox, host: host() });
  };

  describe(name, () => {
    const [ann, bob, nobody, holder, other, mistaken] = [takeSeat(), takeSeat(), takeSeat(), takeSeat(), takeSeat(), takeSeat()];
    let count = 0;
    const fresh = (folder: "team" | "public") => `${folder}/${name}-${count++}`;

    test("logs in, pushes and pulls", async () => {
      expectSuccess(await logIn(ann(), "ann", passwords.ann));
      const repository = fresh("team");
      expectSuccess(await push(ann(), repository));
      expectSuccess(await pull(ann(), repository));
    });

    test("a wrong password is refused", async () => {
      const answer = await logIn(mistaken(), "ann", "wrong");
      const refusal = asksAtOnce ? answer : await push(mistaken(), fresh("team"));
      expectRefusal(refusal, /wrong user name or password|unauthorized|invalid username\/password/i);
    });

    test("who may only pull pulls, and is told what is missing for a push", async () => {
      const repository = fresh("team");
      expectSuccess(await logIn(ann(), "ann", passwords.ann));
      expectSuccess(await push(ann(), repository));
      expectSuccess(await logIn(bob(), "bob", passwords.bob));
      expectSuccess(await pull(bob(), repository));
      expectRefusal(await push(bob(), repository), /denied\b.*bob may not push to team\//i);
    });

    test("an access token serves as password, within its scope", async () => {
      expectSuccess(await logIn(holder(), "ann", token));
      const repository = fresh("team");
      expectSuccess(await push(holder(), repository));
      expectSuccess(await pull(holder(), repository));
      expectRefusal(await push(holder(), fresh("public")), /denied\b.*ann may not push to public\//i);

      expectSuccess(await logIn(other(), "token", token));
      expectSuccess(await pull(other(), repository));
    });

    test("pulls without logging in where anonymous may", async () => {
      expectSuccess(await logIn(ann(), "ann", passwords.ann));
      const [open, closed] = [fresh("public"), fresh("team")];
      for (const repository of [open, closed]) expectSuccess(await push(ann(), repository));
      expectSuccess(await pull(nobody(), open));
      // cue goes on with the next place where the module could be.
      expectRefusal(await pull(nobody(), closed), /unauthorized|401|cannot find module/i);
      expectRefusal(await push(nobody(), open), /unauthorized|401/i);
    });
  });
}

function expectSuccess({ code, stdout, stderr }: Ran): void {
  expect(code === 0 ? "" : stdout + stderr).toBe("");
  expect(code).toBe(0);
}

function expectRefusal({ code, stderr }: Ran, message: RegExp): void {
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
}
