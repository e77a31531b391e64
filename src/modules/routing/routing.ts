/** A prefix of module paths and the place in a registry that its modules are at. */
export interface Route {
  /** A base path without major, such as `opmodel.dev`; `""` for all other modules. */
  readonly prefix: string;
  readonly host: string;
  /** Folder of repositories in the registry, may be empty. */
  readonly repository: string;
  readonly insecure: boolean;
  readonly pathEncoding?: "path" | "hashAsRepo" | "hashAsTag";
  readonly prefixForTags?: string;
  readonly stripPrefix?: boolean;
  /** What said so: `--registry`, `OPM_REGISTRY`, `~/.opm/config.yaml:3:5`, `CUE_REGISTRY`, `default`, `the reference`. */
  readonly origin: string;
}

/** Which registry has which modules. */
export interface ModuleRouting {
  /** The same as a value of `CUE_REGISTRY`, never empty: what plain `cue` needs for the same routing. */
  readonly registry: string;
  /** The longest prefix first; the last one is for all other modules. */
  readonly routes: readonly Route[];
}
