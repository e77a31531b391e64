import { compileRepositoryGlob } from "../oci/repository-glob.ts";
import type { ProjectDefinition, StoredGrant } from "../storage/metadata/catalog/definitions.ts";
import { subjectsOf } from "./evaluator.ts";
import type { Grant } from "./grant.ts";
import { publicGlobs } from "./live-evaluator.ts";
import { ACTIONS, type Action, type Principal } from "./principal.ts";

/** One reason why somebody may do something. */
export interface RightReason {
  /** `open`: no grants are configured. `public-project`: everybody may pull from a public project. */
  readonly source: "configuration" | "declared" | "public-project" | "open";
  /** Those of the grant that stand for this caller. */
  readonly subjects: readonly string[];
  /** Glob over repository names. */
  readonly repositories: string;
  readonly actions: readonly Action[];
  /** `namespace/project` of a public project. */
  readonly project?: string | undefined;
}

export interface RightSources {
  /** Of the configuration; undefined: open mode. */
  readonly configured: readonly Grant[] | undefined;
  readonly declared: { readonly grants: readonly StoredGrant[]; readonly projects: readonly ProjectDefinition[] };
}

const OPEN: RightReason = { source: "open", subjects: ["anonymous"], repositories: "**", actions: ["pull", "push", "delete"] };

/**
 * Why a caller may do what it may do, by everything that grants rights; a token may narrow that further.
 * @param repository only what counts for this one; undefined: all of it
 */
export function explainRights({ configured, declared }: RightSources, principal: Principal, repository: string | undefined): RightReason[] {
  if (configured === undefined) return [OPEN];
  const own = new Set(subjectsOf(principal));
  const reasons = (source: RightReason["source"], grants: readonly StoredGrant[]): RightReason[] =>
    grants.flatMap((grant) => {
      const subjects = grant.subjects.filter((subject) => own.has(subject));
      if (subjects.length === 0 || (repository !== undefined && !compileRepositoryGlob(grant.repositories).matches(repository))) return [];
      return [{ source, subjects, repositories: grant.repositories, actions: ACTIONS.filter((action) => grant.actions.includes(action)) }];
    });
  return [...reasons("configuration", configured), ...reasons("declared", declared.grants), ...openProjects(declared.projects, repository)];
}

function openProjects(projects: readonly ProjectDefinition[], repository: string | undefined): RightReason[] {
  const reason = { source: "public-project", subjects: ["anonymous"], actions: ["pull"] } as const;
  return publicGlobs(projects).flatMap(({ text, project, matches }) =>
    repository === undefined || matches(repository) ? [{ ...reason, repositories: text, project }] : [],
  );
}
