import { compileRepositoryGlob, type RepositoryGlob } from "../oci/repository-glob.ts";
import type { TokenScope } from "../storage/metadata/accounts.ts";
import type { StoredGrant } from "../storage/metadata/catalog/definitions.ts";
import { ACTIONS, type Action, type Principal } from "./principal.ts";

/** The repositories a principal may do something on, for lists. */
export interface RepositoryFilter {
  /** Every repository matches. */
  readonly all: boolean;
  /** Every repository that matches starts with one of these; undefined: no restriction that a query could use. */
  readonly prefixes: readonly string[] | undefined;
  matches(name: string): boolean;
}

/** Says what grants allow. The one place where rights are decided. */
export interface Evaluator {
  may(principal: Principal, action: Action, repository: string): boolean;
  /** All that the principal may do on the repository. */
  actions(principal: Principal, repository: string): Action[];
  filter(principal: Principal, action: Action): RepositoryFilter;
}

/** A glob and the set of actions it allows, a bit for each. */
interface Rule {
  readonly glob: RepositoryGlob;
  readonly actions: number;
}

interface CompiledGrant extends Rule {
  readonly subjects: ReadonlySet<string>;
}

const BITS: Readonly<Record<Action, number>> = { pull: 1, push: 2, delete: 4, admin: 15 };

const EVERYBODY: ReadonlySet<string> = new Set(["anonymous"]);

/** More prefixes than this would make a query slower than a look at every name. */
const PREFIX_LIMIT = 32;

/**
 * Compiles grants. Rights add up; there is no rule that takes one away.
 * @param open what everybody may pull from, beside the grants
 */
export function compileGrants(grants: readonly StoredGrant[], open: readonly RepositoryGlob[] = []): Evaluator {
  const compiled: CompiledGrant[] = [
    ...grants.map((grant) => ({ subjects: new Set(grant.subjects), glob: compileRepositoryGlob(grant.repositories), actions: bitsOf(grant.actions) })),
    ...open.map((glob) => ({ subjects: EVERYBODY, glob, actions: BITS.pull })),
  ];
  const granted = new WeakMap<Principal, readonly Rule[]>();
  const narrowed = new WeakMap<readonly TokenScope[], readonly Rule[]>();

  function grantedTo(principal: Principal): readonly Rule[] {
    return remember(granted, principal, () => {
      const subjects = subjectsOf(principal);
      return compiled.filter((grant) => subjects.some((subject) => grant.subjects.has(subject)));
    });
  }

  function scopesOf(principal: Principal): readonly Rule[] | undefined {
    const { scopes } = principal;
    return (
      scopes && remember(narrowed, scopes, () => scopes.map((scope) => ({ glob: compileRepositoryGlob(scope.repositories), actions: bitsOf(scope.actions) })))
    );
  }

  function bits(principal: Principal, repository: string): number {
    const scopes = scopesOf(principal);
    const allowed = union(grantedTo(principal), repository);
    return scopes === undefined ? allowed : allowed & union(scopes, repository);
  }

  const may = (principal: Principal, action: Action, repository: string) => covers(bits(principal, repository), action);
  return {
    may,
    actions: (principal, repository) => {
      const allowed = bits(principal, repository);
      return ACTIONS.filter((action) => covers(allowed, action));
    },
    filter(principal, action) {
      const grants = globsFor(grantedTo(principal), action);
      const scopes = scopesOf(principal);
      const limits = scopes && globsFor(scopes, action);
      return {
        all: grants.some((glob) => glob.all) && (limits === undefined || limits.some((glob) => glob.all)),
        prefixes: prefixesOf(grants, limits),
        matches: (name) => may(principal, action, name),
      };
    },
  };
}

/** What grants may name a caller by. */
export function subjectsOf(principal: Principal): string[] {
  if (principal.anonymous) return ["anonymous"];
  return ["anonymous", "authenticated", `user:${principal.name}`, ...principal.groups.map((group) => `group:${group}`)];
}

/** Actions that nobody knows, e.g. of a later version's token, allow nothing. */
function bitsOf(actions: readonly string[]): number {
  return ACTIONS.reduce((bits, action) => (actions.includes(action) ? bits | BITS[action] : bits), 0);
}

function covers(bits: number, action: Action): boolean {
  return (bits & BITS[action]) === BITS[action];
}

function union(rules: readonly Rule[], repository: string): number {
  let bits = 0;
  for (const rule of rules) if ((bits | rule.actions) !== bits && rule.glob.matches(repository)) bits |= rule.actions;
  return bits;
}

function globsFor(rules: readonly Rule[], action: Action): RepositoryGlob[] {
  return rules.filter((rule) => covers(rule.actions, action)).map((rule) => rule.glob);
}

function prefixesOf(grants: readonly RepositoryGlob[], limits: readonly RepositoryGlob[] | undefined): readonly string[] | undefined {
  const granted = grants.map((glob) => glob.prefix);
  const both = limits === undefined ? granted : granted.flatMap((prefix) => limits.flatMap((limit) => longer(prefix, limit.prefix)));
  const shortest = [...new Set(both)].sort().filter((prefix, index, sorted) => !sorted.slice(0, index).some((other) => prefix.startsWith(other)));
  return shortest.includes("") || shortest.length > PREFIX_LIMIT ? undefined : shortest;
}

/** What starts with both texts starts with the longer one; nothing does when neither is the other's start. */
function longer(one: string, other: string): string[] {
  if (one.startsWith(other)) return [one];
  return other.startsWith(one) ? [other] : [];
}

function remember<K extends WeakKey, V>(cache: WeakMap<K, V>, key: K, compute: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = compute();
  cache.set(key, value);
  return value;
}
