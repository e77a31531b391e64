import { ContentError } from "../content-error.ts";
import { type Extractor, layerEdges } from "../extractor.ts";
import { decodeText } from "../json.ts";
import { type CueStruct, type CueValue, parseCueData } from "./cue-data.ts";

const MODULE_FILE = "application/vnd.cue.modulefile.v1";

/** CUE modules: the layer with `cue.mod/module.cue` (cuelang.org/docs/reference/modules). */
export const cueModuleExtractor: Extractor = {
  select: (manifest) =>
    layerEdges(manifest)
      .filter((layer) => layer.mediaType === MODULE_FILE)
      .slice(0, 1),
  needsThread: () => true,
  missing: `a CUE module needs a layer of type ${MODULE_FILE}`,
  parse({ bytes }, facts) {
    const file = parseCueData(decodeText(bytes, "the module file"));
    const module = text(file.get("module"));
    if (module === undefined) throw new ContentError("the module file has no module path");
    facts.provides(`cue:${withoutMajor(module)}`);
    facts.text("title", module);
    facts.text("description", file.get("description"));
    for (const [path, dependency] of struct(file.get("deps"))) {
      const requirement = text(struct(dependency).get("v"));
      facts.dependency({ kind: "cue-module", key: `cue:${withoutMajor(path)}`, name: path, ...(requirement !== undefined && { requirement }) });
    }
  },
};

function withoutMajor(path: string): string {
  const at = path.indexOf("@");
  return at < 0 ? path : path.slice(0, at);
}

function text(value: CueValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** @throws ContentError when a value is there but no struct */
function struct(value: CueValue | undefined): CueStruct {
  if (value === undefined) return new Map();
  if (value instanceof Map) return value;
  throw new ContentError("the module file's deps are not a struct of structs");
}
