import { wellKnown } from "./define.ts";

const DOCKER_LAYERS = ["application/vnd.docker.ai.gguf.v3", "application/vnd.docker.ai.safetensors", "application/vnd.docker.ai.license"];
const MODEL_PACK_LAYERS = [
  "application/vnd.cncf.model.weight.v1.raw",
  "application/vnd.cncf.model.weight.v1.tar",
  "application/vnd.cncf.model.weight.v1.tar+gzip",
];

/** Machine-learning models. */
export const MODELS = wellKnown("other", [
  {
    type: "application/vnd.cncf.model.manifest.v1+json",
    title: "ModelPack model",
    icon: "model",
    configs: ["application/vnd.cncf.model.config.v1+json"],
    layers: MODEL_PACK_LAYERS,
    consume: "modctl pull {reference}",
    documentation: "https://github.com/modelpack/model-spec",
  },
  {
    type: "application/vnd.cncf.model.config.v1+json",
    title: "ModelPack model",
    icon: "model",
    layers: MODEL_PACK_LAYERS,
    consume: "modctl pull {reference}",
    documentation: "https://github.com/modelpack/model-spec",
  },
  {
    type: "application/vnd.kitops.modelkit.manifest.v1+json",
    title: "KitOps ModelKit",
    icon: "kitops",
    configs: ["application/vnd.kitops.modelkit.config.v1+json"],
    layers: ["application/vnd.kitops.modelkit.model.v1.tar+gzip", "application/vnd.kitops.modelkit.dataset.v1.tar+gzip"],
    consume: "kit unpack {reference}",
    documentation: "https://kitops.org/docs/modelkit/spec/",
  },
  {
    type: "application/vnd.kitops.modelkit.config.v1+json",
    title: "KitOps ModelKit",
    icon: "kitops",
    layers: ["application/vnd.kitops.modelkit.model.v1.tar+gzip", "application/vnd.kitops.modelkit.dataset.v1.tar+gzip"],
    consume: "kit unpack {reference}",
    documentation: "https://kitops.org/docs/modelkit/spec/",
  },
  {
    type: "application/vnd.docker.ai.model.config.v0.1+json",
    title: "Docker AI model",
    icon: "docker",
    layers: DOCKER_LAYERS,
    consume: "docker model pull {reference}",
    documentation: "https://github.com/docker/model-spec",
  },
  {
    type: "application/vnd.docker.ai.model.config.v0.2+json",
    title: "Docker AI model",
    icon: "docker",
    layers: DOCKER_LAYERS,
    consume: "docker model pull {reference}",
    documentation: "https://github.com/docker/model-spec",
  },
]);
