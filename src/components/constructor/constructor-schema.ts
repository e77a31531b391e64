import * as z from "zod/mini";
import { isAccessType, isComponentName, isComponentVersion, isElementName, isMergeAlgorithm, TIME } from "../descriptor/grammar.ts";
import { inputSchema } from "./input-schema.ts";
import { required, text } from "./schema-parts.ts";

const componentName = text.check(z.refine(isComponentName, "expected a component name: a domain and a path in lower case, such as acme.org/app"));
const version = text.check(z.refine(isComponentVersion, "expected a version such as 1.2.3 or v1.2"));
const elementName = text.check(z.refine(isElementName, "expected at least two lower-case letters, digits, - _ +, a letter or digit at both ends"));

const identityKey = elementName.check(z.refine((key) => key !== "name", "the name is part of every identity already"));
const extraIdentity = z.record(identityKey, text);

const label = z.strictObject({
  name: text,
  value: required,
  version: z.optional(text.check(z.regex(/^v[0-9]+$/, "expected v and a number, such as v1"))),
  signing: z.optional(z.boolean()),
  merge: z.optional(
    z.strictObject({ algorithm: text.check(z.refine(isMergeAlgorithm, "expected the name of a merge algorithm")), config: z.optional(z.unknown()) }),
  ),
});
const labels = z.array(label);

const digest = z.strictObject({ hashAlgorithm: text, normalisationAlgorithm: text, value: text });

const access = z.looseObject({ type: text.check(z.refine(isAccessType, "expected the name of an access type, such as ociArtifact or wget")) });

const content = {
  name: elementName,
  type: text,
  version: z.optional(version),
  extraIdentity: z.optional(extraIdentity),
  labels: z.optional(labels),
  access: z.optional(access),
  input: z.optional(inputSchema),
};

const selector = z.record(text, text);

const resource = z
  .strictObject({
    ...content,
    relation: z.optional(z.enum(["local", "external"])),
    srcRefs: z.optional(z.array(z.strictObject({ identitySelector: z.optional(selector), labels: z.optional(labels) }))),
    digest: z.optional(digest),
  })
  .check(hasContent)
  .check(({ value: { input, relation }, issues }) => {
    if (input === undefined || relation !== "external") return;
    issues.push({
      code: "custom",
      input: relation,
      path: ["relation"],
      message: "what comes by an input is local: leave it out, or name the content by access",
    });
  });

const source = z.strictObject(content).check(hasContent);

const reference = z.strictObject({
  name: elementName,
  componentName,
  version,
  extraIdentity: z.optional(extraIdentity),
  labels: z.optional(labels),
  digest: z.optional(digest),
});

const provider = z.union([text, z.strictObject({ name: text, labels: z.optional(labels) })], {
  error: ({ input }) => (input === undefined ? "is required" : "expected a name, or name and labels below it"),
});

/** One component version of a constructor file. */
export const componentSchema = z
  .strictObject({
    name: componentName,
    version,
    provider,
    labels: z.optional(labels),
    creationTime: z.optional(text.check(z.regex(TIME, "expected a time such as 2026-01-31T12:00:00Z"))),
    resources: z.optional(z.array(resource)),
    sources: z.optional(z.array(source)),
    references: z.optional(z.array(reference)),
    componentReferences: z.optional(z.array(reference)),
  })
  .check(({ value, issues }) => {
    if (value.references === undefined || value.componentReferences === undefined) return;
    issues.push({ code: "custom", input: value, path: ["componentReferences"], message: "is there besides references: put them in one list" });
  });

export const componentsSchema = z.strictObject({ components: z.array(componentSchema).check(z.minLength(1, "expected at least one component")) });

export type ComponentSpec = z.infer<typeof componentSchema>;
export type ResourceSpec = z.infer<typeof resource>;
export type SourceSpec = z.infer<typeof source>;

interface ContentFields {
  readonly access?: unknown;
  readonly input?: unknown;
  readonly version?: unknown;
}

function hasContent({ value, issues }: z.core.ParsePayload<ContentFields>): void {
  const { access, input, version } = value;
  const problem = (path: string[], message: string) => void issues.push({ code: "custom", input: value, path, message });
  if (access !== undefined && input !== undefined) problem(["input"], "is there besides access: content comes by one of them");
  if (access === undefined && input === undefined) problem([], "has no content: expected input or access");
  if (access !== undefined && version === undefined) problem(["version"], "is required for content that access names");
}
