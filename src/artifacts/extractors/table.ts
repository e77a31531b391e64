import type { ExtractorId } from "../artifact-type.ts";
import type { Extractor } from "../extractor.ts";
import { cueModuleExtractor } from "./cue-module.ts";
import { cyclonedxExtractor } from "./cyclonedx.ts";
import { helmChartExtractor } from "./helm-chart.ts";
import { imageExtractor } from "./image.ts";
import { inTotoExtractor } from "./in-toto.ts";
import { ocmComponentExtractor } from "./ocm-component.ts";
import { spdxExtractor } from "./spdx.ts";

export const EXTRACTORS: Readonly<Record<ExtractorId, Extractor>> = {
  image: imageExtractor,
  "helm-chart": helmChartExtractor,
  "cue-module": cueModuleExtractor,
  "ocm-component": ocmComponentExtractor,
  spdx: spdxExtractor,
  cyclonedx: cyclonedxExtractor,
  "in-toto": inTotoExtractor,
};
