/** A compiled glob over repository names. */
export interface RepositoryGlob {
  /** Every name that matches starts with this text. */
  readonly prefix: string;
  /** True when it matches every name. */
  readonly all: boolean;
  matches(name: string): boolean;
}

/** Characters. */
const GLOB_LIMIT = 255;

const CHARACTERS = /^[a-z0-9._\-/*]+$/;

/** Why a text is no glob over repository names, or undefined when it is one. */
export function repositoryGlobProblem(glob: string): string | undefined {
  if (glob === "") return "expected a glob over repository names, e.g. ** or team/*";
  if (glob.length > GLOB_LIMIT) return `expected at most ${GLOB_LIMIT} characters`;
  if (!CHARACTERS.test(glob)) return "expected only a-z 0-9 . _ - / and the wildcards * and **, as repository names have no other characters";
  if (glob.startsWith("/") || glob.endsWith("/") || glob.includes("//")) return "expected no / at the start, at the end or twice in a row";
  return undefined;
}

/**
 * Compiles a glob: `*` stands for any characters within a path component, `**` for any characters across components,
 * and a component that is exactly `**` before a `/` for any number of whole components, none included.
 * Matching takes time in the order of the glob's length times the name's, whatever the glob.
 */
export function compileRepositoryGlob(glob: string): RepositoryGlob {
  const star = glob.indexOf("*");
  if (star < 0) return { prefix: glob, all: false, matches: (name) => name === glob };
  if (glob === "**") return { prefix: "", all: true, matches: () => true };
  const prefix = glob.slice(0, star);
  if (star === glob.length - 2 && glob.endsWith("**")) return { prefix, all: false, matches: (name) => name.startsWith(prefix) };
  const tokens = tokenize(glob);
  return { prefix, all: false, matches: (name) => name.startsWith(prefix) && simulate(tokens, name) };
}

/** Compiles what lists of repositories are filtered by: a glob, or without `*` any part of the name. */
export function compileNamePattern(pattern: string): RepositoryGlob {
  return pattern.includes("*") ? compileRepositoryGlob(pattern) : { prefix: "", all: false, matches: (name) => name.includes(pattern) };
}

/** `any` matches within a component, `anywhere` across, `skip` may leave out the two tokens after it. */
type Token = { readonly kind: "any" | "anywhere" | "skip" } | { readonly kind: "character"; readonly character: string };

function tokenize(glob: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < glob.length; ) {
    const run = starsAt(glob, at);
    if (run === 0) {
      tokens.push({ kind: "character", character: glob.charAt(at) });
    } else if (run === 2 && (at === 0 || glob[at - 1] === "/") && glob[at + 2] === "/") {
      tokens.push({ kind: "skip" }, { kind: "anywhere" }, { kind: "character", character: "/" });
      at += 1;
    } else {
      tokens.push({ kind: run === 1 ? "any" : "anywhere" });
    }
    at += Math.max(run, 1);
  }
  return tokens;
}

function starsAt(glob: string, start: number): number {
  let end = start;
  while (glob[end] === "*") end++;
  return end - start;
}

/** Follows every way through the tokens at once: one pass over the name, no backtracking. */
function simulate(tokens: readonly Token[], name: string): boolean {
  let states = new Set<number>();
  enter(tokens, states, 0);
  for (const character of name) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if (token.kind === "character") {
        if (token.character === character) enter(tokens, next, state + 1);
      } else if (token.kind === "anywhere" || (token.kind === "any" && character !== "/")) {
        enter(tokens, next, state);
      }
    }
    if (next.size === 0) return false;
    states = next;
  }
  return states.has(tokens.length);
}

/** Adds a state and those that are reached from it without a character. */
function enter(tokens: readonly Token[], states: Set<number>, start: number): void {
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (states.has(state)) continue;
    states.add(state);
    const kind = tokens[state]?.kind;
    if (kind === "any" || kind === "anywhere" || kind === "skip") open.push(state + 1);
    if (kind === "skip") open.push(state + 3);
  }
}
