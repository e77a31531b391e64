import * as z from "zod/mini";
import { parsePlatform } from "../../oci/platform.ts";
import { anyText, required, text } from "./schema-parts.ts";

const mediaType = text.check(
  z.regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(?: *;.*)?$/, "expected a media type such as text/plain"),
);

/** Bare, with the version, and as other writers spell it. */
function typeNames<const T extends readonly string[]>(...names: T) {
  return z.enum(names.flatMap((name) => [name, `${name}/v1`]) as [string, ...string[]]);
}

const file = z.strictObject({
  type: typeNames("file", "File"),
  path: text,
  mediaType: z.optional(mediaType),
  compress: z.optional(z.boolean()),
});

const directory = z.strictObject({
  type: typeNames("dir", "Dir"),
  path: text,
  mediaType: z.optional(mediaType),
  compress: z.optional(z.boolean()),
  preserveDir: z.optional(z.boolean()),
  includeFiles: z.optional(z.array(text)),
  excludeFiles: z.optional(z.array(text)),
  followSymlinks: z.optional(z.boolean()),
  reproducible: z.optional(z.boolean()),
});

const TEXT_FORMS = ["text", "json", "formattedJson", "yaml"] as const;

const utf8 = z
  .strictObject({
    type: typeNames("utf8", "UTF8", "Utf8"),
    text: z.optional(anyText),
    json: z.optional(required),
    formattedJson: z.optional(required),
    yaml: z.optional(required),
    mediaType: z.optional(mediaType),
    compress: z.optional(z.boolean()),
  })
  .check(({ value, issues }) => {
    if (TEXT_FORMS.filter((form) => value[form] !== undefined).length === 1) return;
    issues.push({ code: "custom", input: value, path: [], message: `expected exactly one of ${TEXT_FORMS.join(", ")}` });
  });

const helm = z.strictObject({ type: typeNames("helm", "Helm"), path: text, repository: z.optional(text) });

const ociArtifact = z.strictObject({
  type: typeNames("ociArtifact", "OCIArtifact", "ociImage", "OCIImage"),
  path: text,
  repository: z.optional(text),
  platforms: z.optional(
    z.array(text.check(z.refine(isPlatform, "expected os/architecture or os/architecture/variant, e.g. linux/amd64"))).check(z.minLength(1, "is empty")),
  ),
});

/** How the content of a resource or source comes in. */
export const inputSchema = z.discriminatedUnion("type", [file, directory, utf8, helm, ociArtifact], {
  error: () => "expected file, dir, utf8, helm or ociArtifact",
});

export type FileInput = z.infer<typeof file>;
export type DirectoryInput = z.infer<typeof directory>;
export type TextInput = z.infer<typeof utf8>;
export type HelmInput = z.infer<typeof helm>;
export type ArtifactInput = z.infer<typeof ociArtifact>;
export type Input = z.infer<typeof inputSchema>;

function isPlatform(value: string): boolean {
  return parsePlatform(value) !== undefined;
}
