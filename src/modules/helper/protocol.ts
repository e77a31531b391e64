import * as z from "zod/mini";

// What requests and their results have, by method; how they travel is in wire.ts. Nothing that is not here may be in a result: the helper that an
// executable carries is believed (parse-result.ts), and has to say the same there as in the source tree, where all it says is parsed.

/** Where something is: `line` and `column` from 1, 0 where not known. Files of the module are relative to its root, others absolute. */
const positionSchema = z.strictObject({ file: z.string(), line: z.number(), column: z.number() });
export type Position = z.infer<typeof positionSchema>;

/** One finding of the evaluator, or of a check. `path` is a CUE path such as `#resources.statefulset`. */
const diagnosticSchema = z.strictObject({
  message: z.string(),
  positions: z.array(positionSchema),
  path: z.optional(z.string()),
  /** The check that found it: `syntax`, `evaluation`, `tidy`, `policy`, `source`, `version`, `module-file`, `files`. */
  check: z.optional(z.string()),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

/**
 * An error of either side. `code` decides the exit code of `opm`: `invalid` and `refused` 2, `network` 3, `permission` 4,
 * `not-found` 5, `general` and `internal` 1. An error of a request that the helper made comes back unchanged, however deep in the
 * evaluation it was.
 */
export const helperErrorSchema = z.strictObject({
  code: z.enum(["invalid", "refused", "network", "permission", "not-found", "general", "internal", "cancelled"]),
  message: z.string(),
  diagnostics: z.optional(z.array(diagnosticSchema)),
  /** Module versions, paths and the like that belong to the message, for `--json`. */
  details: z.optional(z.record(z.string(), z.unknown())),
});
export type HelperErrorData = z.infer<typeof helperErrorSchema>;

/** A module and its version: `path` with major (`lib.test/base@v1`), `version` canonical (`v1.2.3`). */
const moduleVersionSchema = z.strictObject({ path: z.string(), version: z.string() });
export type ModuleVersion = z.infer<typeof moduleVersionSchema>;

/** Where a module version is in a registry. `tag` is left out where no version was asked for. */
const moduleLocationSchema = z.strictObject({
  path: z.string(),
  version: z.optional(z.string()),
  host: z.string(),
  insecure: z.boolean(),
  repository: z.string(),
  tag: z.optional(z.string()),
});
export type ModuleLocation = z.infer<typeof moduleLocationSchema>;

const dependencySchema = z.strictObject({
  path: z.string(),
  version: z.string(),
  default: z.boolean(),
  /** The replacement of local-module.cue: a folder or `path@vN`. */
  replaceWith: z.optional(z.string()),
  position: positionSchema,
});

/** cue.mod/module.cue, with what local-module.cue adds. */
const moduleFileSchema = z.strictObject({
  /** With major: `lib.test/base@v1`. */
  path: z.string(),
  basePath: z.string(),
  major: z.string(),
  /** False where the file leaves the major out. */
  hasMajor: z.boolean(),
  language: z.string(),
  source: z.optional(z.enum(["self", "git"])),
  description: z.optional(z.string()),
  dependencies: z.array(dependencySchema),
  /** Whether cue.mod/local-module.cue is there. */
  local: z.boolean(),
  /** The module's own word on its version: `metadata.version` of the root package, or of `identity`; not evaluated unless asked for. */
  declaredVersion: z.optional(z.string()),
});
export type ModuleFile = z.infer<typeof moduleFileSchema>;

/** One changed line of `deps`. `imports` are the places that need it, or that needed it. */
const dependencyChangeSchema = z.strictObject({
  path: z.string(),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  replacedBy: z.optional(z.string()),
  imports: z.array(z.strictObject({ import: z.string(), position: positionSchema })),
});
export type DependencyChange = z.infer<typeof dependencyChangeSchema>;

/** New texts of a module's files; a file that is left out stays as it is, null removes it. Comments and unknown-to-CUE fields survive. */
const moduleTextsSchema = z.strictObject({
  module: z.optional(z.string()),
  local: z.optional(z.nullable(z.string())),
});

const rootSchema = z.strictObject({ root: z.string() });
const requirementSchema = z.strictObject({ path: z.string(), version: z.string(), default: z.optional(z.boolean()) });
const moduleStateSchema = z.enum(["cached", "fetched", "repaired", "damaged", "missing"]);

const policySchema = z.strictObject({
  name: z.string(),
  /** `block` ends the build, `warn` is told, `audit` is only reported. */
  mode: z.enum(["block", "warn", "audit"]),
  /** The module version that declares it. */
  origin: z.string(),
  position: positionSchema,
  /** Objects that it was unified with, as `Kind/name`. */
  objects: z.array(z.string()),
  violations: z.array(diagnosticSchema),
});

const registrySettingsSchema = z.strictObject({
  /** As `CUE_REGISTRY` has it: simple, `inline:` or `file:`. Never empty. */
  registry: z.string(),
  /** The cache folder, as `CUE_CACHE_DIR` has it. */
  cache: z.string(),
  /** Never ask a registry: what the cache lacks is `not-found`. */
  offline: z.optional(z.boolean()),
  /** Tell `cached` what comes from the cache. */
  watched: z.optional(z.boolean()),
});

/** One registry of CUE's registry configuration. */
const registryEntrySchema = z.strictObject({
  registry: z.string(),
  pathEncoding: z.optional(z.string()),
  prefixForTags: z.optional(z.string()),
  stripPrefix: z.optional(z.boolean()),
});

const nameSchema = z.array(z.strictObject({ type: z.string(), value: z.string() }));

/** What `opm` asks the helper, by method. Paths are absolute. Functions, as making schemas that a command does not use takes longer than small work. */
export const HELPER_METHODS = {
  /** First of all. The helper refuses other protocols with `invalid`. */
  start: () => ({
    params: z.strictObject({ protocol: z.number() }),
    result: z.strictObject({ protocol: z.number(), cue: z.string(), language: z.string(), go: z.string() }),
  }),
  /**
   * Looks for a valid path of certificates (RFC 5280, section 6) from the first of a chain, which must be for signing code, to one of the
   * roots; all in PEM. What is wrong with it is a finding here, not an error. Needs no configure. @throws invalid for what cannot be read
   */
  certificatePath: () => ({
    params: z.strictObject({ chain: z.array(z.string()), roots: z.array(z.string()), time: z.string() }),
    result: z.strictObject({ problem: z.optional(z.string()), subject: nameSchema, issuer: nameSchema, anchor: nameSchema }),
  }),
  /** Says which registry and cache the requests after it use. Purely lexical. @throws invalid for a bad routing */
  configure: () => ({ params: registrySettingsSchema, result: z.strictObject({}) }),
  /** Evaluates CUE's registry configuration, for `inline:` and `file:` of CUE_REGISTRY. Needs no configure. @throws invalid */
  registryFile: () => ({
    params: z.strictObject({ text: z.string(), name: z.string() }),
    result: z.strictObject({ moduleRegistries: z.optional(z.record(z.string(), registryEntrySchema)), defaultRegistry: z.optional(registryEntrySchema) }),
  }),
  /** Where modules are. Lexical, no network. Version is optional; @throws not-found where the routing has `none` */
  resolve: () => ({
    params: z.strictObject({ modules: z.array(z.strictObject({ path: z.string(), version: z.optional(z.string()) })) }),
    result: z.strictObject({ locations: z.array(moduleLocationSchema) }),
  }),
  /** The canonical versions of a module, ascending; tags that are none are left out. `path` without major: of all majors. */
  versions: () => ({ params: z.strictObject({ path: z.string() }), result: z.strictObject({ versions: z.array(z.string()) }) }),
  /** Reads cue.mod/module.cue. `evaluate` looks for `declaredVersion` too. @throws not-found without a module; invalid with diagnostics */
  moduleFile: () => ({
    params: z.strictObject({ root: z.string(), evaluate: z.optional(z.boolean()) }),
    result: z.strictObject({ file: moduleFileSchema, text: z.string() }),
  }),
  /** A new module.cue. `path` with or without major. */
  init: () => ({
    params: z.strictObject({ path: z.string(), source: z.optional(z.enum(["self", "git"])), language: z.optional(z.string()) }),
    result: z.strictObject({ text: z.string() }),
  }),
  /** Edits module.cue and local-module.cue in place: comments, order and `description` survive. */
  edit: () => ({
    params: z.strictObject({
      root: z.string(),
      module: z.optional(z.string()),
      source: z.optional(z.nullable(z.enum(["self", "git"]))),
      language: z.optional(z.string()),
      description: z.optional(z.nullable(z.string())),
      require: z.optional(z.array(requirementSchema)),
      drop: z.optional(z.array(z.string())),
      replace: z.optional(z.array(z.strictObject({ path: z.string(), with: z.string() }))),
      dropReplace: z.optional(z.array(z.string())),
    }),
    result: moduleTextsSchema,
  }),
  /** Brings an old module.cue up to date, as `cue mod fix`. */
  fix: () => ({ params: rootSchema, result: moduleTextsSchema }),
  /**
   * The module file with these exact versions, as `cue mod get`. `major` of an import without one is kept.
   * @throws refused when another module requires a higher one (`details.requiredBy`); not-found; invalid for a conflict
   */
  get: () => ({
    params: z.strictObject({ root: z.string(), require: z.array(moduleVersionSchema), drop: z.optional(z.array(z.string())) }),
    result: z.strictObject({ texts: moduleTextsSchema, changes: z.array(dependencyChangeSchema), buildList: z.array(moduleVersionSchema) }),
  }),
  /**
   * The tidied module file, as `cue mod tidy`: unused dependencies leave, missing ones come in their newest stable version, or are
   * only named when `frozen`. `changes` names the culprits also where the file is refused.
   */
  tidy: () => ({
    params: z.strictObject({ root: z.string(), frozen: z.optional(z.boolean()), localOnly: z.optional(z.boolean()) }),
    result: z.strictObject({ tidy: z.boolean(), texts: moduleTextsSchema, changes: z.array(dependencyChangeSchema), buildList: z.array(moduleVersionSchema) }),
  }),
  /** The module graph: every module version that requirements reach, and which of them the build list selects. */
  graph: () => ({
    params: rootSchema,
    result: z.strictObject({
      main: z.string(),
      nodes: z.array(z.strictObject({ path: z.string(), version: z.string(), selected: z.boolean(), direct: z.boolean(), replacedBy: z.optional(z.string()) })),
      /** Indexes of nodes; -1 is the main module. */
      edges: z.array(z.strictObject({ from: z.number(), to: z.number() })),
    }),
  }),
  /** Every import of the main module's files, and the module of the build list that provides it. */
  imports: () => ({
    params: rootSchema,
    result: z.strictObject({ imports: z.array(z.strictObject({ import: z.string(), module: z.optional(z.string()), position: positionSchema })) }),
  }),
  /** The main module's files with imports of one module changed to another major or path. Only files that change. */
  rewriteImports: () => ({
    params: z.strictObject({ root: z.string(), from: z.string(), to: z.string() }),
    result: z.strictObject({ files: z.array(z.strictObject({ path: z.string(), text: z.string(), count: z.number() })) }),
  }),
  /** Brings module versions into the cache, checked: parallel, each once, under the lock that `cue` takes. Events: progress. */
  download: () => ({
    params: z.strictObject({
      modules: z.array(moduleVersionSchema),
      /** Also what is there: fetched anew and swapped in whole; the old copy stays when that fails. */
      force: z.optional(z.boolean()),
    }),
    event: z.strictObject({ path: z.string(), version: z.string(), received: z.number(), total: z.optional(z.number()) }),
    result: z.strictObject({
      modules: z.array(z.strictObject({ path: z.string(), version: z.string(), folder: z.string(), bytes: z.number(), state: moduleStateSchema })),
    }),
  }),
  /** Checks what the cache has of these modules, or of all: zip, module file, every extracted file. Never repairs, never asks. */
  verify: () => ({
    params: z.strictObject({ modules: z.optional(z.array(moduleVersionSchema)) }),
    result: z.strictObject({
      modules: z.array(z.strictObject({ path: z.string(), version: z.string(), bytes: z.number(), state: moduleStateSchema, problems: z.array(z.string()) })),
    }),
  }),
  /** Removes module versions from the cache, under their locks; read-only folders are no obstacle. */
  remove: () => ({
    params: z.strictObject({
      modules: z.array(moduleVersionSchema),
      /** Only what `verify` finds fault with: files are unpacked anew from an archive that is sound. */
      damaged: z.optional(z.boolean()),
    }),
    result: z.strictObject({ bytes: z.number() }),
  }),
  /**
   * What `cue mod publish` would push: the zip at `zip`, module.cue, annotations. @throws refused with diagnostics of the
   * checks `source`, `version`, `files`, `module-file`, all at once
   */
  pack: () => ({
    params: z.strictObject({ root: z.string(), version: z.string(), zip: z.string() }),
    result: z.strictObject({
      path: z.string(),
      moduleFile: z.string(),
      annotations: z.record(z.string(), z.string()),
      files: z.array(z.strictObject({ path: z.string(), size: z.number() })),
      /** Links, nested modules, `cue.mod/pkg` and other things that a user may miss or not expect. */
      notes: z.array(z.string()),
    }),
  }),
  /** Whether two module zips have the same files, byte for byte unpacked. @throws invalid for an archive that is not a module's */
  compare: () => ({
    params: z.strictObject({ path: z.string(), version: z.string(), zips: z.tuple([z.string(), z.string()]) }),
    result: z.strictObject({ equal: z.boolean(), differences: z.array(z.string()) }),
  }),
  /** Loads and evaluates packages. Errors are findings here, not errors; the syntax of every file is looked at. */
  vet: () => ({
    params: z.strictObject({
      root: z.string(),
      /** Package patterns relative to the root. Default `./...`. */
      packages: z.optional(z.array(z.string())),
      /** Values that `#config` is unified with, instead of `debugValues`. */
      values: z.optional(z.array(z.string())),
      concrete: z.optional(z.boolean()),
      /** A module without packages is no finding, but a warning. */
      mayBeEmpty: z.optional(z.boolean()),
    }),
    result: z.strictObject({ packages: z.number(), diagnostics: z.array(diagnosticSchema), policies: z.array(policySchema), warnings: z.array(z.string()) }),
  }),
  /** What the packages of a module lack where only these files of it are, relative to the root: files that are needed, or that others do without. */
  published: () => ({
    params: z.strictObject({ root: z.string(), files: z.array(z.string()) }),
    result: z.strictObject({ diagnostics: z.array(diagnosticSchema), notes: z.array(z.string()) }),
  }),
  /**
   * Renders a module to objects. The body is the text of all objects; `objects` says how many bytes of it each has, in order.
   * @throws invalid with diagnostics: then there is no body
   */
  build: () => ({
    params: z.strictObject({
      root: z.string(),
      package: z.optional(z.string()),
      values: z.optional(z.array(z.string())),
      /** An expression that gives the object or objects; no other mode then. */
      expression: z.optional(z.string()),
      mode: z.optional(z.enum(["transform", "objects", "raw"])),
      /** The module or package that has the transformers. */
      provider: z.optional(z.string()),
      name: z.optional(z.string()),
      namespace: z.optional(z.string()),
      output: z.enum(["yaml", "json"]),
      /** Separate documents for `--split`; else one stream, or one array. */
      split: z.optional(z.boolean()),
      /** Replacements of local-module.cue are left out. */
      ignoreLocal: z.optional(z.boolean()),
    }),
    result: z.strictObject({
      body: z.literal(true),
      mode: z.enum(["transform", "objects", "raw"]),
      objects: z.array(z.strictObject({ bytes: z.number(), kind: z.optional(z.string()), name: z.optional(z.string()), namespace: z.optional(z.string()) })),
      policies: z.array(policySchema),
      warnings: z.array(z.string()),
    }),
  }),
} as const;

/** What the helper asks `opm`. */
export const HOST_METHODS = {
  /**
   * One HTTP request, with credentials, retries, proxies and certificates of the client. What is about the user or the registry (401,
   * 403, 429, 5xx) is an error in the client's words; every other status is a reply.
   */
  http: {
    params: z.strictObject({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.array(z.string())), body: z.optional(z.boolean()) }),
    result: z.strictObject({ body: z.literal(true), status: z.number(), headers: z.record(z.string(), z.array(z.string())) }),
  },
  /** A module version came from the cache: asked only where `configure` says so. */
  cached: { params: moduleVersionSchema, result: z.strictObject({}) },
} as const;

export type HelperMethod = keyof typeof HELPER_METHODS;
export type HelperParams<M extends HelperMethod> = z.infer<ReturnType<(typeof HELPER_METHODS)[M]>["params"]>;
export type HelperResult<M extends HelperMethod> = z.infer<ReturnType<(typeof HELPER_METHODS)[M]>["result"]>;
