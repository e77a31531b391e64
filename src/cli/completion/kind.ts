import { type Location, pathOf } from "./locate.ts";

/**
 * What a word names that can be looked up. `reference` is `host/name:tag`, `repository` the same without a tag; `name` is a repository without its
 * host, `tag` a tag of the repository before it; `namespace` and `project` are places, `host/namespace/project`, and the two with `-name` their bare names.
 */
export type Kind =
  | "host"
  | "reference"
  | "repository"
  | "name"
  | "tag"
  | "namespace"
  | "project"
  | "namespace-name"
  | "project-name"
  | "user"
  | "group"
  | "token"
  | "type"
  | "module"
  | "dependency"
  | "component";

/** By the names that arguments and placeholders of options have in all commands. */
const KINDS: Readonly<Record<string, Kind>> = {
  host: "host",
  registry: "reference",
  reference: "reference",
  subject: "reference",
  source: "reference",
  target: "reference",
  content: "reference",
  repository: "repository",
  pattern: "repository",
  place: "project",
  namespace: "namespace",
  project: "project",
  tags: "tag",
  module: "module",
  dependency: "dependency",
  before: "component",
  after: "component",
};

/** By the path of a command and the name of its argument, where that alone does not say. */
const ARGUMENTS: Readonly<Record<string, Kind>> = {
  "user edit name": "user",
  "user passwd name": "user",
  "user rights name": "user",
  "user remove name": "user",
  "user rights repository": "name",
  "token revoke id": "token",
  "type add type": "type",
  "type allow type": "type",
  "type deny type": "type",
  "type remove type": "type",
  "project list place": "namespace",
  "resolve repository": "reference",
  "mod why module": "dependency",
  "mod publish reference": "host",
  "import from": "host",
  "import to": "host",
};

/** By the long name of an option, with its placeholder. */
const OPTIONS: Readonly<Record<string, Kind>> = {
  "--registry host": "host",
  "--user name": "user",
  "--group group": "group",
  "--no-group group": "group",
  "--type type": "type",
  "--artifact-type type": "type",
  "--referrer type": "type",
  "--namespace name": "namespace-name",
  "--project name": "project-name",
  "--repository name": "name",
  "--subject reference": "reference",
  "--lookup repository": "component",
};

/** Words after a command of these that are of another kind. */
const PARENTS: Readonly<Record<string, { readonly from: readonly Kind[]; readonly to: Kind }>> = {
  component: { from: ["reference", "repository"], to: "component" },
  mod: { from: ["reference"], to: "module" },
};

/** What the word at the cursor names, by its argument or the placeholder of its option; undefined for what nobody can know. */
export function kindOf({ command }: Location, name: string, option: string | undefined): Kind | undefined {
  const path = pathOf(command);
  // these are of Kubernetes
  if (option !== undefined) return path[0] === "mod" ? undefined : OPTIONS[`${option} ${name}`];
  const kind = ARGUMENTS[[...path, name].join(" ")] ?? KINDS[name];
  const other = PARENTS[path[0] ?? ""];
  return kind !== undefined && other?.from.includes(kind) === true ? other.to : kind;
}
