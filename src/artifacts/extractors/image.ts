import type { Platform } from "../../oci/descriptor.ts";
import { isRunnable } from "../../oci/platform.ts";
import { ContentError } from "../content-error.ts";
import { configEdge, type Extractor } from "../extractor.ts";
import type { FactCollector } from "../fact-collector.ts";
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from "../json.ts";
import { NAME_LIMIT } from "../limits.ts";
import { cleanText } from "../text.ts";

/** Features of an operating system that are kept. */
const FEATURE_LIMIT = 32;

/** Image configs of OCI (image-spec, config.md) and Docker, and the config of WebAssembly artifacts: platform and labels. */
export const imageExtractor: Extractor = {
  select: configEdge,
  missing: "an image needs a config",
  parse({ bytes }, facts) {
    const config = parseJsonObject(bytes, "the image config");
    readPlatform(config, facts);
    const labels = asObject(asObject(config.config)?.Labels) ?? {};
    for (const [name, value] of Object.entries(labels)) if (typeof value === "string") facts.label(name, value);
  },
};

function readPlatform(config: JsonObject, facts: FactCollector): void {
  const architecture = asText(config.architecture);
  const os = asText(config.os);
  if (architecture === undefined || os === undefined) throw new ContentError("the image config has no architecture and os");
  if (!isRunnable({ os, architecture })) return;
  const variant = asText(config.variant);
  const version = asText(config["os.version"]);
  const features = asArray(config["os.features"]).filter((feature) => typeof feature === "string");
  const platform: Platform = {
    architecture: short(architecture),
    os: short(os),
    ...(variant !== undefined && { variant: short(variant) }),
    ...(version !== undefined && { "os.version": short(version) }),
    ...(features.length > 0 && { "os.features": features.slice(0, FEATURE_LIMIT).map(short) }),
  };
  facts.platform(platform);
}

function short(text: string): string {
  return cleanText(text, NAME_LIMIT);
}
