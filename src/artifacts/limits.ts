/** Bytes of content that are read of one artifact. */
export const CONTENT_LIMIT = 32 * 2 ** 20;

/** Bytes up to which JSON is parsed at once, which takes a few milliseconds at most; what is larger, or no JSON, goes to a thread. */
export const INLINE_LIMIT = 32 * 2 ** 10;

/** Bytes of YAML: larger texts take longer than the time limit, and memory in hundreds of megabytes. */
export const YAML_LIMIT = 4 * 2 ** 20;

/** Milliseconds that a thread may take for the content of one layer or config. */
export const PARSE_TIME_LIMIT = 5000;

/** Parts of one artifact that are read, e.g. the statements of an attestation manifest. */
export const SOURCE_LIMIT = 16;

export const DEPENDENCY_LIMIT = 5000;
export const LABEL_LIMIT = 100;
export const PLATFORM_LIMIT = 100;
export const PROVIDES_LIMIT = 100;

/** Bytes in UTF-8 of a label's value, a title, a description or a version. */
export const VALUE_LIMIT = 4096;

/** Bytes in UTF-8 of what identifies: keys, names, requirements. */
export const NAME_LIMIT = 512;

/** Bytes in UTF-8 of the reason why content could not be read. */
export const PROBLEM_LIMIT = 512;
