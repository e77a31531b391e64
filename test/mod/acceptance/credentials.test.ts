import { beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { useRegistry } from "../../support/use-registry.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { useRecordingProxy } from "../support/recording-proxy.ts";
import { expectRefusal } from "../support/refusal.ts";
import { useLibrary } from "../support/use-library.ts";
import { auth, basic, guard, TOKEN, useLogins, useTokenServer } from "../support/use-login.ts";

setDefaultTimeout(60_000);
const { server } = useRegistry();
const proxy = useRecordingProxy(() => `127.0.0.1:${server().port}`);
const tokens = useTokenServer();
const library = useLibrary(() => `${proxy.host}/pre`);
const logins = useLogins(library.fresh);
beforeEach(() => {
  tokens.answer = undefined;
  tokens.questions.length = 0;
});

const GET = ["mod", "get", "lib.test/left@v0.1.0"];
const PUBLISH = ["mod", "publish", "v0.1.0"];
const SECRETS = /secret|wrong-pass|id-1|good-token|YW5u/;
const project = (config: unknown, files?: Readonly<Record<string, string>>) => library.project(files, logins.with(config));
let count = 0;
const fresh = () => ({ "module.cue": moduleFile(`own.test/lib${count++}@v0`), "a.cue": "package lib\n\nx: 1\n" });

/** What happens with this configuration, to who reads and to who publishes. */
async function bothWork(config: unknown): Promise<void> {
  expect(await project(config).opm(...GET)).toMatchObject({ code: 0 });
  expect(await project(config, fresh()).opm(...PUBLISH)).toMatchObject({ code: 0 });
}

async function bothFail(config: unknown, code: number, stderr: RegExp): Promise<void> {
  const before = proxy.writes().length;
  for (const [files, args] of [
    [undefined, GET],
    [fresh(), PUBLISH],
  ] as const) {
    const ran = await expectRefusal(project(config, files), args, { code, stderr });
    expect(ran.stdout + ran.stderr).not.toMatch(SECRETS);
  }
  expect(proxy.writes().slice(before)).toEqual([]);
}

describe("a registry with passwords", () => {
  beforeEach(() => guard(proxy, basic("ann:secret"), 'Basic realm="r"'));
  const host = () => proxy.host;

  test("without credentials, which files were looked at and what to run", async () => {
    await bothFail({}, 4, /docker-?\d*\/config\.json.*docker login 127\.0\.0\.1:\d+/);
  });

  test("with a wrong password, which file has it", async () => {
    await bothFail({ auths: { [host()]: auth("ann:wrong-pass") } }, 4, /does not accept the credentials of \S+\/config\.json/);
  });

  test("with the right one, as entry or in the variable", async () => {
    await bothWork({ auths: { [`http://${host()}/v2/`]: auth("ann:secret") } });
    const inline = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host()]: auth("ann:secret") } }) };
    expect(await library.project(undefined, inline).opm(...GET)).toMatchObject({ code: 0 });
  });

  test("a broken configuration is named", async () => {
    // a position would need a reader of our own for a file that docker writes
    await bothFail('{"auths": {', 2, /\S+\/config\.json is not valid JSON/);
    await bothFail({ auths: { [host()]: { auth: "%%%%" } } }, 2, /\S+\/config\.json is broken/);
    await bothFail({ auths: [] }, 2, /\S+\/config\.json is not a docker configuration/);
  });

  test("the helper for this registry is not there", async () => {
    await bothFail({ credHelpers: { [host()]: "nowhere" }, auths: { [host()]: auth("ann:secret") } }, 4, /docker-credential-nowhere.*127\.0\.0\.1/);
  });

  test("the helper for all is not there, but the file has an entry", async () => {
    await bothWork({ credsStore: "nowhere", auths: { [host()]: auth("ann:secret") } });
  });

  test("the helper has nothing, but the file has an entry", async () => {
    logins.helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    await bothWork({ credsStore: "empty", auths: { [host()]: auth("ann:secret") } });
    await bothFail({ credsStore: "empty" }, 4, /docker login/);
  });

  test("the helper fails, or prints junk", async () => {
    logins.helper("locked", "echo 'the secret is wrong-pass'; echo 'keychain locked' >&2; exit 1");
    await bothFail({ credsStore: "locked" }, 4, /docker-credential-locked.*keychain locked/);
    logins.helper("junk", "echo 'ok wrong-pass'");
    await bothFail({ credHelpers: { [host()]: "junk" } }, 4, /docker-credential-junk.*cannot be read/);
  });

  test("the helper of the registry goes before that for all, and gets the host by standard input", async () => {
    logins.helper("for-all", "exit 9");
    logins.helper("for-one", `[ "$host" = "${host()}" ] && [ "$*" = get ] && echo '{"Username":"ann","Secret":"secret"}'`);
    await bothWork({ credsStore: "for-all", credHelpers: { [host()]: "for-one" } });
  });
});

describe("a registry with a token server", () => {
  const challenge = () => `Bearer realm="${tokens.realm}",service="s"`;
  beforeEach(() => guard(proxy, `Bearer ${TOKEN}`, challenge()));

  test("a password becomes tokens, for reading and for writing", async () => {
    const config = { auths: { [proxy.host]: auth("ann:secret") } };
    await bothWork(config);
    expect(tokens.questions.map(({ authorization }) => authorization)).toEqual(tokens.questions.map(() => basic("ann:secret")));
    const scopes = tokens.questions.flatMap(({ parameters }) => parameters.getAll("scope"));
    expect(scopes).toContain("repository:pre/lib.test/left:pull");
    expect(scopes.some((scope) => /^repository:pre\/own\.test\/lib\d+:pull,push$/.test(scope))).toBe(true);
  });

  test("an identity token with a user name beside it, and one of a helper", async () => {
    await bothWork({ auths: { [proxy.host]: { ...auth("ann:"), identitytoken: "id-1" } } });
    expect(tokens.questions.map(({ method }) => method)).toEqual(tokens.questions.map(() => "POST"));
    logins.helper("tokens", `echo '{"Username":"<token>","Secret":"id-1"}'`);
    await bothWork({ credsStore: "tokens" });
  });

  test("a registry token is sent as it is", async () => {
    await bothWork({ auths: { [proxy.host]: { registrytoken: TOKEN } } });
    expect(tokens.questions).toEqual([]);
  });

  test("a token server that denies is named", async () => {
    await bothFail({ auths: { [proxy.host]: auth("ann:wrong-pass") } }, 4, /its token server 127\.0\.0\.1:\d+ answered 401/);
    await bothFail({}, 4, /docker login/);
  });

  test("a token that the registry does not take", async () => {
    tokens.answer = () => Response.json({ token: "another" });
    await bothFail({ auths: { [proxy.host]: auth("ann:secret") } }, 4, /does not accept/);
  });

  test("a token server that is none", async () => {
    const config = { auths: { [proxy.host]: auth("ann:secret") } };
    for (const header of ["Bearer", 'Bearer service="s"', 'Bearer realm=""', 'Bearer realm="ftp://x/"', 'Bearer realm="http://["']) {
      guard(proxy, "nobody", header);
      await expectRefusal(project(config), GET, { code: 3, stderr: /names no token server/ });
    }
    for (const answer of [() => new Response("<h1>"), () => Response.json({}), () => new Response("no", { status: 500 })]) {
      tokens.answer = answer;
      guard(proxy, "nobody", challenge());
      await expectRefusal(project(config), GET, { code: 3, stderr: /token server 127\.0\.0\.1/ });
    }
  });

  test("credentials of one registry go to no other", async () => {
    await bothFail({ auths: { "elsewhere.example": auth("ann:secret") } }, 4, /docker login/);
    expect(tokens.questions.filter(({ authorization }) => authorization !== null)).toEqual([]);
  });
});
