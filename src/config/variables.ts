/** An environment variable that is no setting of the registry. */
export interface Variable {
  /** What it is about, as a heading. */
  readonly about: string;
  /** What it does, and what counts where it is not set. */
  readonly meaning: string;
}

/**
 * Every variable that opm reads, but for those of settings, which follow from the schema: `opm help environment` and
 * docs/reference/environment.md are made of both.
 */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map([
  ...group("This program", {
    OPM_REGISTRY: "the registry, host[:port], of commands that have --registry and are not given it",
    OPM_MODULE_REGISTRY: "where CUE modules are, written as CUE_REGISTRY is; counts before ~/.opm/config.yaml",
    OPM_CONFIG: "the configuration file of the registry (default: opm.yaml in the working folder, if it is there)",
    OPM_CACHE: "folder of the content that was fetched (default: opm in XDG_CACHE_HOME, or ~/.cache/opm)",
    OPM_COMPLETION_TIMEOUT: "how long a shell that completes names waits for a registry (default: 2s)",
    OPM_CUE_HELPER: "program to use as the CUE helper, opm-cue, in place of the one that belongs to this opm",
    OPM_DEBUG: "1 adds the stack to an error, for reports of faults",
  }),
  ...group("Log-ins", {
    REGISTRY_AUTH_FILE: "file of log-ins that is asked first, as podman and skopeo have it",
    DOCKER_AUTH_CONFIG: "log-ins themselves, the text of such a file, as pipelines have it",
    DOCKER_CONFIG: "folder of docker's config.json (default: ~/.docker)",
    HELM_REGISTRY_CONFIG: "file of helm's log-ins (default: registry/config.json in HELM_CONFIG_HOME)",
    HELM_CONFIG_HOME: "folder of helm's configuration (default: helm in XDG_CONFIG_HOME, or ~/.config/helm)",
    PATH: "where credential helpers (docker-credential-…) are looked for",
  }),
  ...group("Network", {
    HTTPS_PROXY: "proxy for https; this and the next three also in lower case",
    HTTP_PROXY: "proxy for http; in upper case not where REQUEST_METHOD is set",
    ALL_PROXY: "proxy where the one of the scheme is not set",
    NO_PROXY: "hosts, domains, addresses and CIDR ranges that take no proxy, parted by commas; * for all",
    REQUEST_METHOD: "set by CGI: HTTP_PROXY may then come from a request, and is not used",
    SSL_CERT_FILE: "PEM file of the authorities that registries are trusted by, in place of the built-in ones",
  }),
  ...group("S3", {
    AWS_REGION: "region of the bucket, where storage.content.region is not set; before AWS_DEFAULT_REGION",
    AWS_DEFAULT_REGION: "the same, as AWS' older programs have it",
    AWS_ACCESS_KEY_ID: "with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: credentials, where storage.content has no files of them",
    AWS_PROFILE: "profile of ~/.aws/config and ~/.aws/credentials, else default",
    AWS_WEB_IDENTITY_TOKEN_FILE: "with AWS_ROLE_ARN: a role by the token of a workload, as Kubernetes gives it",
    NODE_EXTRA_CA_CERTS: "PEM file of authorities that are trusted beside the built-in ones: for a bucket behind a certificate of one's own",
  }),
  ...group("CUE", {
    CUE_REGISTRY: "where CUE modules are, as cue has it; counts after OPM_MODULE_REGISTRY and ~/.opm/config.yaml",
    CUE_CACHE_DIR: "folder of the module cache that is shared with cue (default: cue in the cache folder of the system)",
  }),
  ...group("Terminal", {
    NO_COLOR: "anything: no colours",
    TERM: "dumb: no colours, no progress that is drawn over",
  }),
  ...group("Folders", {
    HOME: "where ~ is",
    XDG_CACHE_HOME: "folder of caches (default: ~/.cache)",
    XDG_CONFIG_HOME: "folder of configurations, in which podman's and helm's log-ins are (default: ~/.config)",
    XDG_RUNTIME_DIR: "podman's log-ins, containers/auth.json, and locks of tags (default for these: the folder of temporary files)",
    LOCALAPPDATA: "folder of caches on Windows",
    TMPDIR: "folder of temporary files (default: /tmp)",
  }),
]);

function group(about: string, variables: Readonly<Record<string, string>>): (readonly [string, Variable])[] {
  return Object.entries(variables).map(([name, meaning]) => [name, { about, meaning }] as const);
}
