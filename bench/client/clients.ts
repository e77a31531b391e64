/** Where a case reads and writes. */
export interface Task {
  /** `host:port/name` */
  readonly from: string;
  readonly tag: string;
  /** `host:port/name` */
  readonly to: string;
  readonly folder: string;
}

/** A client under comparison: how it does each task, undefined where it has no way to. */
export interface BenchClient {
  readonly name: "opm" | "crane" | "skopeo";
  /** The content of one platform, onto the disk. */
  readonly pull: (task: Task) => readonly string[];
  /** All platforms, into an OCI layout. */
  readonly copyToFolder: (task: Task) => readonly string[];
  /** All platforms, to another registry. */
  readonly copy: (task: Task) => readonly string[];
}

export const CLIENTS: readonly BenchClient[] = [
  {
    name: "opm",
    pull: ({ from, tag, folder }) => ["pull", "--quiet", "--platform", "linux/amd64", "--output", folder, `${from}:${tag}`],
    copyToFolder: ({ from, tag, folder }) => ["copy", "--quiet", `${from}:${tag}`, `oci:${folder}:${tag}`],
    copy: ({ from, tag, to }) => ["copy", "--quiet", `${from}:${tag}`, `${to}:${tag}`],
  },
  {
    name: "crane",
    pull: ({ from, tag, folder }) => ["pull", "--format", "oci", "--platform", "linux/amd64", `${from}:${tag}`, folder],
    copyToFolder: ({ from, tag, folder }) => ["pull", "--format", "oci", `${from}:${tag}`, folder],
    copy: ({ from, tag, to }) => ["copy", `${from}:${tag}`, `${to}:${tag}`],
  },
  {
    name: "skopeo",
    pull: ({ from, tag, folder }) => [...SKOPEO, "--override-arch", "amd64", ...COPY, `docker://${from}:${tag}`, `oci:${folder}:${tag}`],
    copyToFolder: ({ from, tag, folder }) => [...SKOPEO, ...COPY, "--all", `docker://${from}:${tag}`, `oci:${folder}:${tag}`],
    copy: ({ from, tag, to }) => [...SKOPEO, ...COPY, "--all", `docker://${from}:${tag}`, `docker://${to}:${tag}`],
  },
];

const SKOPEO = ["--insecure-policy"];
const COPY = ["copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", "--preserve-digests"];
