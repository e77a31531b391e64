import { ContentError } from "../content-error.ts";
import { type Extractor, layerEdges } from "../extractor.ts";
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from "../json.ts";
import { findTarFile } from "../tar-file.ts";
import { parseYamlObject } from "../yaml.ts";

/** What writers of today and of earlier years give the layer with the descriptor. */
const DESCRIPTOR =
  /^application\/vnd\.(?:ocm\.software|gardener\.cloud\.cnudie|oci\.gardener\.cloud\.cnudie)\.component-descriptor\.(?:config\.)?v2\+(json|yaml|yaml\+tar)$/;

/** Components of the Open Component Model: their descriptor in version 2 or v3alpha1 (ocm.software, "Component Descriptor"). */
export const ocmComponentExtractor: Extractor = {
  select: (manifest) =>
    layerEdges(manifest)
      .filter((layer) => DESCRIPTOR.test(layer.mediaType))
      .slice(0, 1),
  missing: "a component needs a layer with its descriptor",
  needsThread: (mediaType) => !mediaType.endsWith("+json"),
  parse({ bytes, mediaType }, facts) {
    const descriptor = parseDescriptor(bytes, mediaType);
    const { identity, references } = readIdentity(descriptor);
    const name = asText(identity.name);
    if (name === undefined) throw new ContentError("the component descriptor has no component name");
    facts.provides(`ocm:${name}`);
    facts.text("title", name);
    facts.text("version", identity.version);
    for (const item of references) {
      const reference = asObject(item);
      const needed = asText(reference?.componentName);
      if (needed === undefined) throw new ContentError("the component descriptor has a reference without a component name");
      const requirement = asText(reference?.version);
      facts.dependency({ kind: "ocm-component", key: `ocm:${needed}`, name: needed, ...(requirement !== undefined && { requirement }) });
    }
  },
};

function parseDescriptor(bytes: Uint8Array, mediaType: string): JsonObject {
  const what = "the component descriptor";
  const format = DESCRIPTOR.exec(mediaType)?.[1];
  if (format === "json") return parseJsonObject(bytes, what);
  const text = format === "yaml+tar" ? findTarFile(bytes, "component-descriptor.yaml", what) : bytes;
  return startsWithBrace(text) ? parseJsonObject(text, what) : parseYamlObject(text, what);
}

/** Version 2 has `component`; v3alpha1 has `metadata` and `spec`. */
function readIdentity(descriptor: JsonObject): { identity: JsonObject; references: readonly unknown[] } {
  const component = asObject(descriptor.component);
  if (component !== undefined) return { identity: component, references: asArray(component.componentReferences) };
  const metadata = asObject(descriptor.metadata);
  if (metadata === undefined) throw new ContentError("the component descriptor describes no component");
  return { identity: metadata, references: asArray(asObject(descriptor.spec)?.references) };
}

/** JSON is YAML, but parsed much faster as what it is. */
function startsWithBrace(text: Uint8Array): boolean {
  const first = text.find((byte) => byte > 0x20);
  return first === 0x7b;
}
