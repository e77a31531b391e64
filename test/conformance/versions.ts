/** What two versions of the distribution specification ask of a registry that claims every category. */
export interface SpecVersion {
  readonly name: string;
  /** Docker-Content-Digest on every GET and HEAD of content is a MUST. */
  readonly digestHeader: boolean;
  /** end-7b: `PUT …/manifests/<digest>?tag=a&tag=b`. */
  readonly tagParameters: boolean;
  /** end-4c: `POST …/blobs/uploads/?digest-algorithm=sha512`. */
  readonly digestAlgorithm: boolean;
  /** end-14: `DELETE <blob-push-location>`. */
  readonly uploadCancel: boolean;
}

const V1_1: SpecVersion = { name: "1.1", digestHeader: false, tagParameters: false, digestAlgorithm: false, uploadCancel: false };

/** The main branch: everything merged since 1.1. */
const MAIN: SpecVersion = { name: "main", digestHeader: true, tagParameters: true, digestAlgorithm: true, uploadCancel: true };

export const VERSIONS: readonly SpecVersion[] = [V1_1, MAIN];
