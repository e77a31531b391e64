import type { RepositoryName } from "../../../oci/name.ts";
import type { Awaitable } from "../../awaitable.ts";
import type { Actor, Millis } from "../records.ts";
import type { ProjectPolicies } from "./policies.ts";

/** Of what is declared, and of what artifacts say of themselves. */
export type Labels = Readonly<Record<string, string>>;

/** What people say about a namespace, project or repository. */
export interface Description {
  readonly description: string | undefined;
  readonly labels: Labels;
  /** `user:<name>` or `group:<name>`. */
  readonly owner: string | undefined;
}

export interface NamespaceDefinition extends Description {
  readonly name: string;
}

export interface ProjectDefinition extends Description {
  readonly namespace: string;
  readonly name: string;
  /** `public`: anonymous may pull from its repositories. */
  readonly visibility: "private" | "public";
  readonly policies: ProjectPolicies;
  /** Globs over repository names that belong here, whatever their segments say. The longest literal start wins. */
  readonly repositories: readonly string[];
}

export interface RepositoryDefinition extends Description {
  readonly name: RepositoryName;
  /** Content type that is declared for its tags; undefined: that of its first tag. */
  readonly contentType: string | undefined;
}

/** One declared right, as `access.grants` of the configuration has them. */
export interface StoredGrant {
  readonly subjects: readonly string[];
  readonly repositories: string;
  readonly actions: readonly string[];
}

/** What operators say of an artifact type, beside the configuration. */
export interface StoredType {
  readonly type: string;
  /** `known`: described only. `allow` and `deny` may be globs, e.g. `application/vnd.example.*`. */
  readonly rule: "known" | "allow" | "deny";
  readonly title: string | undefined;
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface StoredNamespace extends NamespaceDefinition {
  /** False: it only came to be by a push. */
  readonly declared: boolean;
}

export interface StoredProject extends ProjectDefinition {
  readonly declared: boolean;
}

/** One step of a catalog change. All steps of one call are one transaction. */
export type CatalogChange =
  | { readonly kind: "put-namespace"; readonly namespace: NamespaceDefinition }
  /** Refused with `conflict` while it has projects. */
  | { readonly kind: "delete-namespace"; readonly name: string }
  /** Creates the namespace where needed, and moves the repositories that its globs name. */
  | { readonly kind: "put-project"; readonly project: ProjectDefinition }
  /** Its repositories go back to where their segments say. Refused with `conflict` when that is this very project. */
  | { readonly kind: "delete-project"; readonly namespace: string; readonly name: string }
  | { readonly kind: "put-repository"; readonly repository: RepositoryDefinition }
  /** Removes its tags and manifests; the history stays. */
  | { readonly kind: "delete-repository"; readonly name: RepositoryName }
  /**
   * Takes back what was said of a namespace, project or repository; no content goes. What is not there, or was not declared, stays
   * as it is. A namespace or project without anything in it goes; the globs of a project do, so that its repositories go back to
   * where their segments say.
   */
  | { readonly kind: "undeclare-namespace"; readonly name: string }
  | { readonly kind: "undeclare-project"; readonly namespace: string; readonly name: string }
  | { readonly kind: "undeclare-repository"; readonly name: RepositoryName }
  | { readonly kind: "set-grants"; readonly grants: readonly StoredGrant[] }
  | { readonly kind: "put-type"; readonly type: StoredType }
  | { readonly kind: "delete-type"; readonly type: string; readonly rule: StoredType["rule"] };

/** Everything that was declared. */
export interface DeclaredCatalog {
  /** Changes with any of it. */
  readonly revision: number;
  readonly namespaces: readonly NamespaceDefinition[];
  readonly projects: readonly ProjectDefinition[];
  readonly repositories: readonly RepositoryDefinition[];
  readonly grants: readonly StoredGrant[];
  readonly types: readonly StoredType[];
}

/** What tells whether anybody may do more or less than before. */
export interface RightsRevision {
  /** Moves with every change of accounts, of passwords, of what is declared, and with the end of a token. */
  readonly rights: number;
  /** That of `DeclaredCatalog`. */
  readonly catalog: number;
  /** The version of the schema that a program must know at least; one that does not may change nothing any more. */
  readonly program: number;
}

/** What people declare: namespaces, projects, repositories, grants and artifact types. */
export interface DefinitionStore {
  namespace(name: string): Promise<StoredNamespace | undefined>;
  project(namespace: string, name: string): Promise<StoredProject | undefined>;
  repository(name: RepositoryName): Promise<(RepositoryDefinition & { readonly declared: boolean }) | undefined>;
  /** For export and for the evaluation of rights. */
  declared(): Promise<DeclaredCatalog>;
  /** That of `declared`, without the rest. */
  revision(): Promise<number>;
  /** At once where the driver needs not wait for that: it is asked with every request. */
  rights(): Awaitable<RightsRevision>;

  /**
   * All steps, or none.
   * @throws MetadataStoreError `conflict` with a message for the user when a step cannot be done; then none is
   */
  change(request: { readonly changes: readonly CatalogChange[]; readonly actor: Actor; readonly now: Millis }): Promise<void>;
}
