import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { checkDescriptor } from "../descriptor/check-descriptor.ts";
import type { AccessSpec, ComponentDescriptor, ComponentReference, DigestSpec, Element, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import type { NewLocalBlob } from "../repository/component-repository.ts";
import { isLocalBlob } from "../repository/local-reference.ts";
import { accessDigest } from "./access-digest.ts";
import type { ComponentToBuild } from "./constructor-file.ts";
import type { ComponentSpec, ResourceSpec, SourceSpec } from "./constructor-schema.ts";
import { settleDigest } from "./given-digest.ts";
import type { Input } from "./input-schema.ts";
import type { ImageForm } from "./prepare-image-archive.ts";
import { prepareInput } from "./prepare-input.ts";
import type { ArtifactDigest, PreparedContent } from "./prepared-content.ts";

export interface BuildOptions {
  readonly client: RegistryClient;
  /** The folder of the constructor file, links resolved. */
  readonly folder: string;
  readonly artifactDigest: ArtifactDigest;
  /** How images of inputs are stored. */
  readonly images: ImageForm;
  /** Reads the digests of contents that are named by access, where it can. */
  readonly accessDigests: boolean;
  /** The digest of a component version that is referred to; undefined where it cannot be had. */
  readonly referenceDigest: (reference: ReferenceToDigest) => Promise<DigestSpec | undefined>;
  readonly signal?: AbortSignal | undefined;
}

export interface ReferenceToDigest {
  readonly componentName: string;
  readonly version: string;
  /** What the constructor file says that it is. */
  readonly given: DigestSpec | undefined;
  /** For messages. */
  readonly where: string;
}

/** A component version with its contents, ready to be stored. */
export interface BuiltComponent {
  readonly descriptor: ComponentDescriptor;
  readonly blobs: readonly NewLocalBlob[];
  /** Frees what is open. */
  close(): Promise<void>;
}

/** Builds a component version; contents are digested, not held. @throws ComponentError, ClientError, ConfigError that name the field */
export async function buildComponent(component: ComponentToBuild, options: BuildOptions): Promise<BuiltComponent> {
  const { spec, place } = component;
  const contents: PreparedContent[] = [];
  const close = async () => {
    for (const content of contents.splice(0)) await content.close?.();
  };
  const build = async (element: ResourceSpec | SourceSpec, kind: "resources" | "sources", at: number) => {
    const where = (...path: readonly PropertyKey[]) => place(kind, at, ...path);
    if (element.input === undefined) return await byAccess(element, kind, { options, where });
    const content = await prepareInput(element.input as Input, { ...options, component: spec.name, place: (field) => where("input", field) });
    contents.push(content);
    const digest = kind === "resources" ? await settleDigest(content, given(element), where("digest")) : undefined;
    return { access: content.access, ...(digest && { digest }) };
  };
  try {
    const resources: Element[] = [];
    for (const [at, resource] of (spec.resources ?? []).entries()) {
      const { input, access: _, digest: __, ...fields } = resource;
      const relation = resource.relation ?? (input === undefined ? "external" : "local");
      resources.push(toElement({ ...fields, version: resource.version ?? spec.version, relation, ...(await build(resource, "resources", at)) }));
    }
    const sources: Element[] = [];
    for (const [at, source] of (spec.sources ?? []).entries()) {
      const { input: _, access: __, ...fields } = source;
      sources.push(toElement({ ...fields, version: source.version ?? spec.version, ...(await build(source, "sources", at)) }));
    }
    const descriptor = describe(spec, { resources, sources, componentReferences: await references(component, options) });
    checkDescriptor(descriptor, place());
    return { descriptor, blobs: contents.map(({ blob }) => blob), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The schema has checked its fields, and the whole is checked once more. */
function toElement(fields: object): Element {
  return fields as Element;
}

interface Lists {
  readonly resources: readonly Element[];
  readonly sources: readonly Element[];
  readonly componentReferences: readonly ComponentReference[];
}

function describe({ name, version, provider, labels, creationTime }: ComponentSpec, lists: Lists): ComponentDescriptor {
  const component = {
    name,
    version,
    provider: formatProvider(provider),
    ...(creationTime !== undefined && { creationTime }),
    ...(labels !== undefined && labels.length > 0 && { labels }),
    repositoryContexts: [],
    ...lists,
  };
  return { meta: { schemaVersion: "v2" }, component } as unknown as ComponentDescriptor;
}

/** A name alone is a text, one with labels JSON in a text. */
function formatProvider(provider: ComponentSpec["provider"]): string {
  if (typeof provider === "string") return provider;
  return provider.labels === undefined || provider.labels.length === 0 ? provider.name : JSON.stringify(provider);
}

interface AccessContext {
  readonly options: BuildOptions;
  readonly where: (...path: readonly PropertyKey[]) => string;
}

async function byAccess(element: ResourceSpec | SourceSpec, kind: "resources" | "sources", { options, where }: AccessContext): Promise<JsonObject> {
  const access = element.access as AccessSpec;
  if (isLocalBlob(access)) throw new ComponentError("invalid", `${where("access", "type")}: a local blob comes by an input: write input in place of access`);
  if (kind === "sources") return { access };
  const digest = await accessDigest(access, { ...options, given: given(element), where });
  return { access, ...(digest && { digest }) };
}

function given(element: ResourceSpec | SourceSpec): DigestSpec | undefined {
  return "digest" in element ? (element.digest as DigestSpec | undefined) : undefined;
}

async function references({ spec, place }: ComponentToBuild, { referenceDigest }: BuildOptions): Promise<readonly ComponentReference[]> {
  const key = spec.references === undefined ? "componentReferences" : "references";
  const built: ComponentReference[] = [];
  for (const [at, { digest, ...reference }] of (spec[key] ?? []).entries()) {
    const { componentName, version } = reference;
    const settled = await referenceDigest({ componentName, version, given: digest as DigestSpec | undefined, where: place(key, at) });
    built.push({ ...(reference as JsonObject & typeof reference), ...(settled && { digest: settled as Json }) } as ComponentReference);
  }
  return built;
}
