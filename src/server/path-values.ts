import { nameSegment } from "../api/common.ts";
import type { PathParameter as ApiPathParameter } from "../api/operation.ts";
import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseRepositoryName, type RepositoryName } from "../oci/name.ts";

/** Names of the parts of a path that vary: `{name}` may hold slashes. */
export type PathParameter = ApiPathParameter | "reference";

/** The parameters of a path as the client wrote them, percent-decoded. */
export type PathTexts = Readonly<Partial<Record<PathParameter, string>>>;

/**
 * The values of a path's parameters, checked: a repository name, and namespace and project as one part of a name each. The others are as the
 * client wrote them: what no account, token or content is named is not found.
 */
export interface PathValues {
  readonly name: RepositoryName;
  readonly namespace: string;
  readonly project: string;
  readonly user: string;
  readonly token: string;
  /** A tag, a digest, or the id of an upload. */
  readonly reference: string;
}

/** Of a path below a repository. */
export type RepositoryPath = Pick<PathValues, "name">;

/** Of a path to something in a repository. */
export type ReferencePath = Pick<PathValues, "name" | "reference">;

/** The names in a path template. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name extends PathParameter}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The values of the parameters that a path template has. */
export type ValuesIn<Path extends string> = Pick<PathValues, NamesIn<Path>>;

/**
 * Parses the parameters of a path.
 * @throws RegistryError `NAME_INVALID`
 */
export function parsePath({ name, namespace, project, user, token, reference }: PathTexts): Partial<PathValues> {
  const values: { -readonly [Key in PathParameter]?: PathValues[Key] } = {};
  if (name !== undefined) values.name = parseRepositoryName(name);
  if (reference !== undefined) values.reference = reference;
  if (namespace !== undefined) values.namespace = parseSegment("namespace", namespace);
  if (project !== undefined) values.project = parseSegment("project", project);
  if (user !== undefined) values.user = user;
  if (token !== undefined) values.token = token;
  return values;
}

function parseSegment(what: string, text: string): string {
  const segment = nameSegment.safeParse(text);
  if (segment.success) return segment.data;
  throw new RegistryError(
    "NAME_INVALID",
    `invalid ${what} '${abbreviate(text)}': ${segment.error.issues[0]?.message ?? "expected a part of a repository name"}`,
  );
}
