import { afterAll, beforeAll } from "bun:test";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordingProxy } from "./recording-proxy.ts";

/** A question to the token server. */
export interface TokenQuestion {
  readonly method: string;
  readonly authorization: string | null;
  /** Query of a GET, form of a POST. */
  readonly parameters: URLSearchParams;
}

export interface TokenServer {
  /** `http://127.0.0.1:<port>/token` */
  readonly realm: string;
  readonly questions: TokenQuestion[];
  /** Answers in its place; by default everybody with `ann:secret`, or with the identity token `id-1`, gets a token. */
  answer: ((question: TokenQuestion) => Response) | undefined;
}

export const TOKEN = "good-token";
export const basic = (user: string) => `Basic ${Buffer.from(user).toString("base64")}`;
/** An entry of docker's configuration. */
export const auth = (user: string) => ({ auth: Buffer.from(user).toString("base64") });

/** A server that gives tokens, for a test file. */
export function useTokenServer(): TokenServer {
  let server: Bun.Server<undefined> | undefined;
  const tokens: TokenServer = {
    get realm() {
      return `http://127.0.0.1:${server?.port}/token`;
    },
    questions: [],
    answer: undefined,
  };
  beforeAll(() => {
    server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      async fetch(request) {
        const parameters = request.method === "POST" ? new URLSearchParams(await request.text()) : new URL(request.url).searchParams;
        const question = { method: request.method, authorization: request.headers.get("Authorization"), parameters };
        tokens.questions.push(question);
        if (tokens.answer !== undefined) return tokens.answer(question);
        const known = question.authorization === basic("ann:secret") || parameters.get("refresh_token") === "id-1";
        return known ? Response.json({ token: TOKEN }) : new Response("{}", { status: 401 });
      },
    });
  });
  afterAll(() => server?.stop(true));
  return tokens;
}

/** Lets only those through that come with this header. */
export function guard(proxy: RecordingProxy, authorization: string, challenge: string): void {
  proxy.before = ({ headers }) => {
    if (headers.get("Authorization") !== authorization) return new Response("{}", { status: 401, headers: { "WWW-Authenticate": challenge } });
    // the registry behind it has users of its own
    headers.delete("Authorization");
    return undefined;
  };
}

export interface Logins {
  /** The environment of a command with this docker configuration, as text or value. */
  with(config: unknown): { readonly DOCKER_CONFIG: string; readonly PATH: string };
  /** Installs `docker-credential-<name>`, a shell script with the host in `$host`. */
  helper(name: string, script: string): void;
}

/** Folders for docker configurations and credential helpers. @param fresh gives paths that no other call gave */
export function useLogins(fresh: (name: string) => string): Logins {
  const bin = fresh("bin");
  afterAll(() => rmSync(bin, { recursive: true, force: true }));
  return {
    with(config) {
      const folder = fresh("docker");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
      return { DOCKER_CONFIG: folder, PATH: `${bin}:${process.env.PATH ?? ""}` };
    },
    helper(name, script) {
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, `docker-credential-${name}`), `#!/bin/sh\nread -r host\n${script}\n`);
      chmodSync(join(bin, `docker-credential-${name}`), 0o755);
    },
  };
}
