/** How a registry names modules: CUE's registry configuration, `pathEncoding`. */
export type PathEncoding = "path" | "hashAsRepo" | "hashAsTag";

/** A prefix of module paths and the place in a registry that its modules are at. */
export interface Route {
  /** A base path without major, such as `opmodel.dev`; `""` for all other modules. */
  readonly prefix: string;
  /** `host[:port]`; `none` where no registry has these modules. */
  readonly host: string;
  /** Folder of repositories in the registry, may be empty. */
  readonly repository: string;
  readonly insecure: boolean;
  readonly pathEncoding?: PathEncoding;
  readonly prefixForTags?: string;
  readonly stripPrefix?: boolean;
  /** What said so: `--registry`, `OPM_MODULE_REGISTRY`, `~/.opm/config.yaml:3:5`, `CUE_REGISTRY`, `default`, `the reference`. */
  readonly origin: string;
}

/** Which registry has which modules. */
export interface ModuleRouting {
  /** The same as a value of `CUE_REGISTRY`, never empty: what plain `cue` needs for the same routing. */
  readonly registry: string;
  /** The longest prefix first; the last one is for all other modules. */
  readonly routes: readonly Route[];
  /** Why CUE's own registry may not be what is meant: nothing is published to it then. */
  readonly unclear?: string;
}

/** The host of a route that leads to no registry. */
export const NO_REGISTRY = "none";

/** Where modules are that nothing is said about. */
export const DEFAULT_ROUTE: Route = { prefix: "", host: "registry.cue.works", repository: "", insecure: false, origin: "default" };

/** True where somebody said it, on the command line, in the environment or in a file. */
export function isConfigured(route: Route): boolean {
  return route.origin !== DEFAULT_ROUTE.origin;
}
