import type { Command } from "commander";
import type { z } from "zod";

/** Loads the schema of a JSON document, and what it is made with. */
export type SchemaLoader = () => Promise<z.ZodType>;

/** What the file of a command has. */
export interface CommandFile {
  /** Says what the command takes, what it does, and how it is used. */
  define(command: Command): void;
  /** Of what it prints with `--json`. */
  readonly outputSchema?: SchemaLoader;
  /** Of what it prints with `--json` and another option, by that option. */
  readonly optionSchemas?: Readonly<Record<string, SchemaLoader>>;
}

/** A command, or a group of commands. */
export interface CommandRow {
  /** What is typed after `opm`. Commands of a group stand below it. */
  readonly path: string;
  /** The heading that the help of the program has it under; commands of a group have none. */
  readonly group?: string;
  readonly description: string;
  /** Loads its file, which is called as the command is. A group has none. */
  readonly load?: () => Promise<CommandFile>;
  /** True for what people do not type. */
  readonly hidden?: boolean;
}

const CONTENT = "Content, in any OCI registry:";
const PACKAGES = "Packages, in any OCI registry:";
const PACKAGE_API = "Packages, in registries with the package API:";
const CATALOG = "Catalog:";
const MODULES = "CUE modules:";
const COMPONENTS = "Components (OCM):";
const REGISTRY = "Run a registry:";
const PROGRAM = "This program:";

/**
 * Every command, in the order of help. Help, completion, JSON schemas and the reference follow from it, and of the files only that of the
 * command which is typed is loaded.
 */
export const COMMANDS: readonly CommandRow[] = [
  { path: "push", group: CONTENT, description: "push files as an artifact", load: () => import("./commands/push.ts") },
  { path: "pull", group: CONTENT, description: "pull the files of an artifact into a folder", load: () => import("./commands/pull.ts") },
  { path: "copy", group: CONTENT, description: "copy an artifact between registries, folders and archives", load: () => import("./commands/copy.ts") },
  {
    path: "import",
    group: CONTENT,
    description: "bring over a whole registry: repositories, tags, referrers, signatures",
    load: () => import("./commands/import.ts"),
  },
  { path: "attach", group: CONTENT, description: "attach files to an artifact: an SBOM, a signature, a report", load: () => import("./commands/attach.ts") },
  {
    path: "referrers",
    group: CONTENT,
    description: "show what refers to an artifact: signatures, SBOMs and what refers to them",
    load: () => import("./commands/referrers.ts"),
  },
  { path: "tag", group: CONTENT, description: "give an artifact more tags, or move them to it", load: () => import("./commands/tag.ts") },
  { path: "untag", group: CONTENT, description: "remove a tag and keep what it names", load: () => import("./commands/untag.ts") },
  { path: "delete", group: CONTENT, description: "delete a manifest and every tag of it", load: () => import("./commands/delete.ts") },
  { path: "list", group: PACKAGES, description: "list the packages of a registry, filtered by the registry", load: () => import("./commands/list.ts") },
  { path: "search", group: PACKAGES, description: "find packages by words, the best match first", load: () => import("./commands/search.ts") },
  { path: "versions", group: PACKAGES, description: "list the versions of a package, the highest first", load: () => import("./commands/versions.ts") },
  { path: "resolve", group: PACKAGES, description: "print the digest for a range or tag, and a platform", load: () => import("./commands/resolve.ts") },
  { path: "inspect", group: PACKAGES, description: "show what an artifact is and how to use it", load: () => import("./commands/inspect.ts") },
  { path: "graph", group: PACKAGES, description: "draw what an artifact consists of, or what it belongs to", load: () => import("./commands/graph.ts") },
  { path: "deps", group: PACKAGES, description: "show what an artifact depends on", load: () => import("./commands/deps.ts") },
  { path: "dependents", group: PACKAGE_API, description: "show what depends on a package", load: () => import("./commands/dependents.ts") },
  { path: "uses", group: PACKAGE_API, description: "show where a blob or manifest is used", load: () => import("./commands/uses.ts") },
  { path: "history", group: PACKAGE_API, description: "show who made a tag point where, and when", load: () => import("./commands/history.ts") },
  {
    path: "restore",
    group: PACKAGE_API,
    description: "make a deleted or moved tag point again to what it pointed to",
    load: () => import("./commands/restore.ts"),
  },
  { path: "stats", group: PACKAGE_API, description: "show what de-duplication saves, and what is reclaimable", load: () => import("./commands/stats.ts") },
  { path: "prune", group: PACKAGE_API, description: "remove old versions", load: () => import("./commands/prune.ts") },
  { path: "catalog", group: CATALOG, description: "declare namespaces, projects and policies in a file" },
  { path: "catalog apply", description: "make the registry what the file declares", load: () => import("./commands/catalog/apply.ts") },
  { path: "catalog plan", description: "show what apply would change", load: () => import("./commands/catalog/plan.ts") },
  { path: "catalog export", description: "write everything that was declared, as a catalog file", load: () => import("./commands/catalog/export.ts") },
  { path: "namespace", group: CATALOG, description: "manage namespaces, which hold projects" },
  { path: "namespace create", description: "create a namespace", load: () => import("./commands/namespace/create.ts") },
  { path: "namespace edit", description: "change what is said of a namespace", load: () => import("./commands/namespace/edit.ts") },
  { path: "namespace delete", description: "remove a namespace without projects", load: () => import("./commands/namespace/delete.ts") },
  { path: "namespace list", description: "list namespaces", load: () => import("./commands/namespace/list.ts") },
  { path: "project", group: CATALOG, description: "manage projects, which hold repositories" },
  { path: "project create", description: "create a project", load: () => import("./commands/project/create.ts") },
  { path: "project edit", description: "change a project", load: () => import("./commands/project/edit.ts") },
  { path: "project delete", description: "remove a project; its repositories stay", load: () => import("./commands/project/delete.ts") },
  { path: "project list", description: "list projects", load: () => import("./commands/project/list.ts") },
  { path: "repository", group: CATALOG, description: "manage repositories, which hold tags" },
  { path: "repository create", description: "create a repository before its first push", load: () => import("./commands/repository/create.ts") },
  { path: "repository edit", description: "change what is said of a repository", load: () => import("./commands/repository/edit.ts") },
  { path: "repository delete", description: "remove a repository with its tags and manifests", load: () => import("./commands/repository/delete.ts") },
  { path: "repository list", description: "list repositories, as 'opm list' does", load: () => import("./commands/repository/list.ts") },
  { path: "type", group: CATALOG, description: "manage the artifact types of a registry" },
  { path: "type list", description: "list the types that the registry knows", load: () => import("./commands/type/list.ts") },
  { path: "type add", description: "describe a type", load: () => import("./commands/type/add.ts") },
  { path: "type allow", description: "take only types that are allowed, this one among them", load: () => import("./commands/type/allow.ts") },
  { path: "type deny", description: "refuse pushes of a type", load: () => import("./commands/type/deny.ts") },
  { path: "type remove", description: "take back what was said of a type", load: () => import("./commands/type/remove.ts") },
  { path: "mod", group: MODULES, description: "publish, get, update, check and build CUE modules" },
  {
    path: "mod build",
    description: "render a module to Kubernetes objects, with exactly the versions in module.cue",
    load: () => import("./commands/mod/build.ts"),
  },
  { path: "mod bundle", description: "modules with all that they require in one file, for places without a network" },
  {
    path: "mod bundle save",
    description: "write versions of modules, with all that they require, into a file",
    load: () => import("./commands/mod/bundle/save.ts"),
  },
  {
    path: "mod bundle load",
    description: "bring the modules of a file into the module cache, or into a registry",
    load: () => import("./commands/mod/bundle/load.ts"),
  },
  { path: "mod edit", description: "change the module file; comments and order stay", load: () => import("./commands/mod/edit.ts") },
  { path: "mod fix", description: "bring an old module file up to date", load: () => import("./commands/mod/fix.ts") },
  {
    path: "mod get",
    description: "add dependencies or set their versions, and fetch them; alone: fetch what the module depends on",
    load: () => import("./commands/mod/get.ts"),
  },
  { path: "mod graph", description: "show which modules the module requires, and which those require", load: () => import("./commands/mod/graph.ts") },
  { path: "mod init", description: "make a module of a folder", load: () => import("./commands/mod/init.ts") },
  {
    path: "mod mirror",
    description: "copy versions of modules, with all that they require, to another registry; digests stay",
    load: () => import("./commands/mod/mirror.ts"),
  },
  { path: "mod publish", description: "check the module and publish a version of it", load: () => import("./commands/mod/publish.ts") },
  {
    path: "mod resolve",
    description: "say where modules are, by the configuration alone: no registry is asked",
    load: () => import("./commands/mod/resolve.ts"),
  },
  {
    path: "mod tidy",
    description: "make the dependencies what the imports need: add what is missing, remove what is unused",
    load: () => import("./commands/mod/tidy.ts"),
  },
  { path: "mod update", description: "show which dependencies have newer versions, and ask which to take", load: () => import("./commands/mod/update.ts") },
  {
    path: "mod vendor",
    description: "keep all that a module requires in cue.mod/vendor, for work without registries",
    load: () => import("./commands/mod/vendor.ts"),
  },
  { path: "mod versions", description: "list the versions of a module, the newest first", load: () => import("./commands/mod/versions.ts") },
  {
    path: "mod vet",
    description: "check that a module evaluates, with its values, and that nobody can override its policies",
    load: () => import("./commands/mod/vet.ts"),
  },
  { path: "mod why", description: "say who requires a module, in which version, and which imports need it", load: () => import("./commands/mod/why.ts") },
  { path: "cache", group: MODULES, description: "list, verify and clean what was fetched" },
  {
    path: "cache ls",
    description: "list the modules in the cache, and how much the content of registries takes",
    load: () => import("./commands/cache/ls.ts"),
  },
  {
    path: "cache verify",
    description: "compare all that is cached with what was fetched, and remove what is damaged; exits with 6 if some was",
    load: () => import("./commands/cache/verify.ts"),
  },
  { path: "cache prune", description: "remove what is old, or what no project needs any more", load: () => import("./commands/cache/prune.ts") },
  { path: "cache clean", description: "remove all that is cached: the next command fetches what it needs", load: () => import("./commands/cache/clean.ts") },
  { path: "component", group: COMPONENTS, description: "build, transfer, sign and verify component versions" },
  { path: "component add", description: "build component versions from a constructor file and store them", load: () => import("./commands/component/add.ts") },
  { path: "component get", description: "show a component version, or its descriptor", load: () => import("./commands/component/get.ts") },
  {
    path: "component list",
    description: "list the versions of a component, or the components of a repository",
    load: () => import("./commands/component/list.ts"),
  },
  {
    path: "component resources",
    description: "list the resources of a component version, with where their content is",
    load: () => import("./commands/component/resources.ts"),
  },
  {
    path: "component download",
    description: "download the content of a resource: charts as .tgz, images as OCI layouts in .tar",
    load: () => import("./commands/component/download.ts"),
  },
  {
    path: "component transfer",
    description: "copy component versions with their content to another registry or archive; digests and signatures stay",
    load: () => import("./commands/component/transfer.ts"),
  },
  {
    path: "component check",
    description: "check that all a component version needs is there: references, local blobs, artifacts in registries",
    load: () => import("./commands/component/check.ts"),
  },
  {
    path: "component diff",
    description: "compare two component versions: elements, labels, accesses, signatures",
    load: () => import("./commands/component/diff.ts"),
  },
  {
    path: "component hash",
    description: "show the digest of a component version, which is what is signed, or the text that it is made of",
    load: () => import("./commands/component/hash.ts"),
  },
  {
    path: "component sign",
    description: "sign a component version where it is; digests that are missing are added",
    load: () => import("./commands/component/sign.ts"),
  },
  {
    path: "component verify",
    description: "verify signatures of a component version, and that all it consists of is what was signed",
    load: () => import("./commands/component/verify.ts"),
  },
  { path: "serve", group: REGISTRY, description: "run the registry", load: () => import("./commands/serve.ts") },
  { path: "serve-worker", group: REGISTRY, description: "", load: () => import("./commands/serve-worker.ts"), hidden: true },
  {
    path: "init",
    group: REGISTRY,
    description: "write a configuration of the registry, and what runs it (a CUE module: opm mod init)",
    load: () => import("./commands/init.ts"),
  },
  { path: "config", group: REGISTRY, description: "check, show or describe the configuration" },
  {
    path: "config check",
    description: "check the configuration, with the files, folders and the port that it names",
    load: () => import("./commands/config/check.ts"),
  },
  { path: "config show", description: "print the configuration in effect as YAML, without secrets", load: () => import("./commands/config/show.ts") },
  { path: "config registry", description: "print where modules are as CUE_REGISTRY, for cue itself", load: () => import("./commands/config/registry.ts") },
  { path: "config schema", description: "print the JSON Schema of the configuration file", load: () => import("./commands/config/schema.ts") },
  { path: "site", group: REGISTRY, description: "serve packages as plain files, without a registry" },
  { path: "site build", description: "write packages of a registry as files that any web server gives out", load: () => import("./commands/site/build.ts") },
  {
    path: "site check",
    description: "check that such files are whole, or that a host serves them as clients need it",
    load: () => import("./commands/site/check.ts"),
  },
  { path: "user", group: REGISTRY, description: "manage accounts" },
  { path: "user add", description: "add an account; asks for its password", load: () => import("./commands/user/add.ts") },
  { path: "user list", description: "list accounts", load: () => import("./commands/user/list.ts") },
  { path: "user edit", description: "change groups of an account, or whether anybody may log in to it", load: () => import("./commands/user/edit.ts") },
  { path: "user passwd", description: "give an account a new password; its tokens stay", load: () => import("./commands/user/passwd.ts") },
  { path: "user rights", description: "show what an account may do, and why", load: () => import("./commands/user/rights.ts") },
  { path: "user remove", description: "remove an account and revoke its tokens", load: () => import("./commands/user/remove.ts") },
  { path: "token", group: REGISTRY, description: "manage access tokens" },
  { path: "token create", description: "create a token and print it, once", load: () => import("./commands/token/create.ts") },
  { path: "token list", description: "list tokens, without their secrets", load: () => import("./commands/token/list.ts") },
  { path: "token revoke", description: "revoke a token", load: () => import("./commands/token/revoke.ts") },
  { path: "whoami", group: REGISTRY, description: "show who you are logged in as, and what you may do", load: () => import("./commands/whoami.ts") },
  { path: "audit", group: REGISTRY, description: "show the audit record: who did what, and when", load: () => import("./commands/audit.ts") },
  { path: "backup", group: REGISTRY, description: "keep copies of a registry, and make a registry of one" },
  { path: "backup create", description: "copy what is new into a folder, while the server runs", load: () => import("./commands/backup/create.ts") },
  { path: "backup list", description: "list the cuts in a folder", load: () => import("./commands/backup/list.ts") },
  {
    path: "backup verify",
    description: "read all of a backup and compare it with what was written; exits with 6 if some is not",
    load: () => import("./commands/backup/verify.ts"),
  },
  { path: "backup restore", description: "make a registry of a cut, in stores that are empty", load: () => import("./commands/backup/restore.ts") },
  { path: "backup prune", description: "remove old cuts, and what only they had", load: () => import("./commands/backup/prune.ts") },
  { path: "migrate", group: REGISTRY, description: "move a registry, with all that it holds, to other stores", load: () => import("./commands/migrate.ts") },
  { path: "gc", group: REGISTRY, description: "reclaim the space of what no repository needs any more", load: () => import("./commands/gc.ts") },
  {
    path: "scrub",
    group: REGISTRY,
    description: "read all content and compare it with its digests; exits with 6 if some is damaged",
    load: () => import("./commands/scrub.ts"),
  },
  { path: "version", group: PROGRAM, description: "print the version, the commit and the runtime", load: () => import("./commands/version.ts") },
  { path: "completion", group: PROGRAM, description: "print the completion script of a shell", load: () => import("./commands/completion.ts") },
  { path: "complete", group: PROGRAM, description: "", load: () => import("./commands/complete.ts"), hidden: true },
  { path: "schema", group: PROGRAM, description: "print the JSON Schema of what a command prints with --json", load: () => import("./commands/schema.ts") },
  { path: "help", group: PROGRAM, description: "print help for a command, or on environment (the variables)", load: () => import("./commands/help.ts") },
];
