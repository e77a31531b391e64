import type { ContentSource, ReadOptions, StoredManifest } from "../../client/content/content.ts";
import { parseStored } from "../../client/content/stored-manifest.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { ComponentError } from "../component-error.ts";
import { ANNOTATION, isComponentConfig } from "./component-media-type.ts";

interface Annotated {
  readonly annotations?: Readonly<Record<string, string>> | null;
}

interface ImageDocument extends Annotated {
  readonly config: Descriptor;
  readonly layers?: readonly Descriptor[] | null;
}

interface IndexDocument extends Annotated {
  readonly manifests?: readonly Descriptor[] | null;
}

/** The parts of a component version in its repository. */
export interface ComponentManifest {
  /** Of what the tag names. */
  readonly digest: Digest;
  /** `manifest`: layout A, one manifest. `index`: layout B, an index whose other entries are OCI artifacts. */
  readonly layout: "manifest" | "index";
  /** With the descriptor: of layout B the entry of the index. */
  readonly main: StoredManifest;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The entries of the index besides the manifest of the descriptor. */
  readonly artifacts: readonly Descriptor[];
  /** `<name>:<version>`, where it says so. */
  readonly componentVersion: string | undefined;
}

/**
 * Reads the manifest of a component version, of either layout.
 * @throws ComponentError `invalid` when it is something else
 */
export async function readComponentManifest(root: StoredManifest, source: ContentSource, options: ReadOptions = {}): Promise<ComponentManifest> {
  const label = `${source.name}@${root.descriptor.digest}`;
  const { digest } = root.descriptor;
  if (parseStored(root, label).kind === "image") {
    const { config, layers, annotations } = readManifest(root, label);
    return { digest, layout: "manifest", main: root, config, layers, artifacts: [], componentVersion: annotations?.[ANNOTATION.componentVersion] };
  }
  const index = parseJson(root) as IndexDocument;
  const entries = index.manifests ?? [];
  const main = mainEntry(entries, label);
  const manifest = await source.manifest(main.digest, options);
  if (parseStored(manifest, label).kind !== "image") throw new ComponentError("invalid", `${label} is no component version: its first entry is no manifest`);
  const { config, layers, annotations } = readManifest(manifest, `${source.name}@${main.digest}`);
  const artifacts = entries.filter((entry) => entry !== main);
  const componentVersion = index.annotations?.[ANNOTATION.componentVersion] ?? annotations?.[ANNOTATION.componentVersion];
  return { digest, layout: "index", main: manifest, config, layers, artifacts, componentVersion };
}

/** The one that says so, else the first. */
function mainEntry(entries: readonly Descriptor[], label: string): Descriptor {
  const marked = entries.filter(({ annotations }) => annotations?.[ANNOTATION.descriptor] === "true");
  if (marked.length > 1)
    throw new ComponentError("invalid", `${label} is no component version: ${marked.length} of its entries say that they are the descriptor's`);
  const main = marked[0] ?? entries[0];
  if (main === undefined) throw new ComponentError("invalid", `${label} is no component version: it is an empty index`);
  return main;
}

function readManifest(manifest: StoredManifest, label: string) {
  const { config, layers, annotations } = parseJson(manifest) as ImageDocument;
  if (!isComponentConfig(config.mediaType)) {
    throw new ComponentError("invalid", `${label} is no component version: its config is of type '${config.mediaType}'`);
  }
  return { config, layers: layers ?? [], annotations };
}

/** Of bytes that were parsed before. */
function parseJson({ bytes }: StoredManifest): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
