interface CodeFacts {
  /** HTTP statuses that it comes with, the usual one first. */
  readonly statuses: readonly [number, ...number[]];
  /** Those that it comes with at endpoints of the distribution specification alone. */
  readonly distributionStatuses?: readonly number[];
  /** What it says; stands in for a missing message. */
  readonly meaning: string;
  /** What the client, or whoever is before it, can do. */
  readonly advice: string;
}

/**
 * What endpoints of the distribution specification answer with: its codes (section "Error Codes"), TAG_INVALID of its legacy codes,
 * and for faults of the server, where it prescribes none, two that its reference implementation has. The package API uses them, too,
 * where they say what they say there.
 */
const DISTRIBUTION_CODES = {
  BLOB_UNKNOWN: { statuses: [404], meaning: "blob unknown to registry", advice: "Push the blob, or ask the repository that has it." },
  BLOB_UPLOAD_INVALID: {
    statuses: [400, 408, 409, 416],
    meaning: "blob upload invalid",
    advice: "Ask for the status of the upload and go on from there, or start a new one.",
  },
  BLOB_UPLOAD_UNKNOWN: { statuses: [404], meaning: "blob upload unknown to registry", advice: "Start a new upload." },
  DIGEST_INVALID: {
    statuses: [400],
    meaning: "provided digest did not match uploaded content",
    advice: "Write it as sha256:<64 hex> or sha512:<128 hex>, and compare it with the content.",
  },
  MANIFEST_BLOB_UNKNOWN: {
    statuses: [404],
    meaning: "manifest references a manifest or blob unknown to registry",
    advice: "Push what detail.digests names, then the manifest.",
  },
  MANIFEST_INVALID: {
    statuses: [400],
    distributionStatuses: [408, 413],
    meaning: "manifest invalid",
    advice: "The message names the field, or the limit: mend the manifest.",
  },
  MANIFEST_UNKNOWN: { statuses: [404], meaning: "manifest unknown to registry", advice: "Look at the tags that there are; a tag may have been deleted." },
  NAME_INVALID: { statuses: [400], meaning: "invalid repository name", advice: "Mend the name of the repository, namespace or project." },
  NAME_UNKNOWN: {
    statuses: [404],
    meaning: "repository name not known to registry",
    advice: "It is not there, or the caller may not know of it; the first push creates it.",
  },
  SIZE_INVALID: {
    statuses: [400, 413],
    meaning: "provided length did not match content length",
    advice: "Send as many bytes as were announced, and no more than the registry takes.",
  },
  UNAUTHORIZED: {
    statuses: [401],
    meaning: "authentication required",
    advice: "WWW-Authenticate says where to get a token, and for what; send other credentials.",
  },
  DENIED: {
    statuses: [403],
    distributionStatuses: [412],
    meaning: "requested access to the resource is denied",
    advice: "Ask for the right, or log in as another user.",
  },
  UNSUPPORTED: {
    statuses: [400, 404, 405, 416, 421],
    // of what is no request, or too long for one
    distributionStatuses: [408, 417, 431, 505],
    meaning: "the operation is unsupported",
    advice: "The message says what the registry takes.",
  },
  TOOMANYREQUESTS: { statuses: [429], meaning: "too many requests", advice: "Try again after the seconds of Retry-After." },
  TAG_INVALID: { statuses: [400, 414], meaning: "invalid tag name", advice: "Mend the tag." },
  UNKNOWN: { statuses: [500], meaning: "unknown error", advice: "A fault of the registry: its log has the cause under X-Request-Id." },
  UNAVAILABLE: { statuses: [503, 507], meaning: "service unavailable", advice: "Try again after the seconds of Retry-After." },
} as const satisfies Record<string, CodeFacts>;

/** A code that endpoints of the distribution specification may answer with. */
export type DistributionCode = keyof typeof DISTRIBUTION_CODES;

/** What the distribution specification has no code for: of the package API, the token endpoint, and what stands before all endpoints. */
const OWN_CODES = {
  REQUEST_INVALID: {
    statuses: [400],
    meaning: "the request is malformed before its path is read",
    advice: "Send one Host header, and a path or a URL of this registry.",
  },
  PATH_UNKNOWN: {
    statuses: [404],
    meaning: "there is nothing at this path",
    advice: "Compare the path with this reference; the registry may be of an earlier version.",
  },
  METHOD_NOT_ALLOWED: { statuses: [405], meaning: "the path has no such method", advice: "Use a method that the header Allow names." },
  PARAMETER_INVALID: {
    statuses: [400],
    meaning: "a parameter of the query is unknown, missing, repeated or malformed",
    advice: "Mend the parameter that detail.parameter names.",
  },
  CURSOR_INVALID: {
    statuses: [400],
    meaning: "the cursor is not one of this list with these filters",
    advice: "Begin the list again without it.",
  },
  VERSION_RANGE_INVALID: {
    statuses: [400],
    meaning: "the version range is none",
    advice: "Write a range such as ^1.2, >=1 <3 or 1.x.",
  },
  SCOPE_INVALID: {
    statuses: [400],
    meaning: "a scope of the token endpoint is malformed, or there are too many",
    advice: "Write <type>:<name>:<actions>; ask for fewer repositories at once.",
  },
  QUERY_TOO_LONG: { statuses: [414], meaning: "the query is too long", advice: "Filter by less." },
  BODY_INVALID: {
    statuses: [400],
    meaning: "the body is not what the operation takes",
    advice: "Mend the field that detail.field names; without it, the document.",
  },
  BODY_INCOMPLETE: {
    statuses: [408],
    meaning: "the body did not arrive to its end",
    advice: "Send the request again.",
  },
  BODY_TOO_LARGE: { statuses: [413], meaning: "the body is too large", advice: "Send less at once: the message has the limit." },
  LIMIT_EXCEEDED: {
    statuses: [400],
    meaning: "what is asked for is more than one request does",
    advice: "Do it in parts: the message has the limit.",
  },
  MEDIA_TYPE_UNSUPPORTED: {
    statuses: [415],
    meaning: "the Content-Type is not one that is read here",
    advice: "Send Content-Type: application/json; to the token endpoint, application/x-www-form-urlencoded.",
  },
  NOT_ACCEPTABLE: {
    statuses: [406],
    meaning: "there is no representation that the header Accept takes",
    advice: "Accept application/json, or what the message names.",
  },
  NAMESPACE_UNKNOWN: { statuses: [404], meaning: "there is no such namespace", advice: "Create it, or push to a repository of it." },
  PROJECT_UNKNOWN: { statuses: [404], meaning: "there is no such project", advice: "Create it, or push to a repository of it." },
  TYPE_UNKNOWN: {
    statuses: [404],
    meaning: "nothing was stored about the type",
    advice: "List the types; those of the configuration are changed there.",
  },
  USER_UNKNOWN: { statuses: [404], meaning: "there is no such user", advice: "List the users; those of an htpasswd file are in that file." },
  TOKEN_UNKNOWN: {
    statuses: [404],
    meaning: "there is no such access token that is not revoked",
    advice: "List the access tokens.",
  },
  VERSION_UNKNOWN: {
    statuses: [404],
    meaning: "the repository has no version or tag that is what was asked for",
    advice: "Ask for less: detail has what was looked for, and the message the latest that there is.",
  },
  PLATFORM_UNKNOWN: {
    statuses: [404],
    meaning: "the artifact has nothing for the platform",
    advice: "Ask for another platform, or for none.",
  },
  CONFLICT: {
    statuses: [409],
    meaning: "the present state forbids it",
    advice: "The message says what is in the way: remove that, or choose another name.",
  },
  POLICY_VIOLATION: {
    statuses: [403],
    meaning: "a policy of the project or the registry forbids it",
    advice: "It holds for everybody, whatever the right: detail.policy names the policy.",
  },
  CROSS_ORIGIN: {
    statuses: [403],
    meaning: "a web page of another origin may change nothing here",
    advice: "If it is the registry's own page behind a proxy, set publicUrl to its URL.",
  },
  MISDIRECTED: {
    statuses: [421],
    meaning: "the host is none of this registry's own",
    advice: "Use a name of the registry, or add this one to the setting server.hosts.",
  },
} as const satisfies Record<string, CodeFacts>;

/** Every error that the registry can answer with. Codes are added; what one means does not change. */
export const ERROR_TABLE = { ...DISTRIBUTION_CODES, ...OWN_CODES } as const;

export type ErrorCode = keyof typeof ERROR_TABLE;

export const ERROR_CODES = Object.keys(ERROR_TABLE) as ErrorCode[];

type FactsOf<Code extends ErrorCode> = (typeof ERROR_TABLE)[Code];

/** The statuses that a code comes with, wherever. */
export type StatusOf<Code extends ErrorCode> = FactsOf<Code>["statuses"][number] | DistributionStatusOf<Code>;

type DistributionStatusOf<Code extends ErrorCode> = Code extends ErrorCode
  ? FactsOf<Code> extends { readonly distributionStatuses: readonly (infer Status)[] }
    ? Status
    : never
  : never;

/** What the specification's codes say of the same, where they have one. */
const STAND_INS: Readonly<Partial<Record<ErrorCode, DistributionCode>>> = {
  POLICY_VIOLATION: "DENIED",
  CROSS_ORIGIN: "DENIED",
  BODY_INCOMPLETE: "BLOB_UPLOAD_INVALID",
};

/** What an endpoint of the distribution specification, whose codes are closed, answers in place of a code. */
export function distributionCode(code: ErrorCode): DistributionCode {
  return isDistributionCode(code) ? code : (STAND_INS[code] ?? "UNSUPPORTED");
}

function isDistributionCode(code: ErrorCode): code is DistributionCode {
  return Object.hasOwn(DISTRIBUTION_CODES, code);
}
