import { OCI_EMPTY, OCI_IMAGE_CONFIG, OCI_LAYER_TAR, OCI_LAYER_TAR_GZIP } from "../../oci/media-types.ts";
import { wellKnown } from "./define.ts";

/** What runs, and what is to run. */
export const IMAGES = wellKnown("image", [
  {
    type: OCI_IMAGE_CONFIG,
    title: "OCI image",
    icon: "oci",
    layers: [OCI_LAYER_TAR, OCI_LAYER_TAR_GZIP, "application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"],
    consume: "docker pull {reference}",
    documentation: "https://github.com/opencontainers/image-spec/blob/main/config.md",
    extractor: "image",
  },
  {
    type: "application/vnd.docker.container.image.v1+json",
    title: "Docker image",
    icon: "docker",
    layers: ["application/vnd.docker.image.rootfs.diff.tar.gzip", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"],
    consume: "docker pull {reference}",
    documentation: "https://distribution.github.io/distribution/spec/manifest-v2-2/",
    extractor: "image",
  },
  {
    type: "application/vnd.sylabs.sif.config.v1+json",
    title: "Singularity image (SIF)",
    icon: "singularity",
    layers: ["application/vnd.sylabs.sif.layer.v1.sif"],
    consume: "apptainer pull oras://{reference}",
    documentation: "https://apptainer.org/docs/user/latest/cli/apptainer_pull.html",
  },
  {
    type: "application/vnd.sylabs.sif.layer.v1.sif",
    title: "Singularity image (SIF)",
    icon: "singularity",
    configs: [OCI_EMPTY],
    layers: ["application/vnd.sylabs.sif.layer.v1.sif"],
    consume: "apptainer pull oras://{reference}",
    documentation: "https://apptainer.org/docs/user/latest/cli/apptainer_pull.html",
  },
]);

const WASM_DOCUMENTATION = "https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/";

export const WASM = wellKnown("wasm", [
  {
    type: "application/vnd.wasm.config.v0+json",
    title: "WebAssembly module or component",
    icon: "wasm",
    layers: ["application/wasm"],
    consume: "wkg oci pull {reference}",
    documentation: WASM_DOCUMENTATION,
    extractor: "image",
  },
  {
    type: "application/vnd.wasm.config.v1+json",
    title: "WebAssembly module",
    icon: "wasm",
    layers: ["application/vnd.wasm.content.layer.v1+wasm"],
    consume: "wasm-to-oci pull {reference}",
    documentation: "https://github.com/engineerd/wasm-to-oci",
  },
  {
    type: "application/vnd.module.wasm.config.v1+json",
    title: "WebAssembly module",
    icon: "wasm",
    layers: ["application/vnd.module.wasm.content.layer.v1+wasm"],
    consume: "opm pull {reference}",
    documentation: "https://github.com/solo-io/wasm/blob/master/spec/README.md",
  },
  {
    type: "application/vnd.fermyon.spin.application.v1+config",
    title: "Spin application",
    icon: "spin",
    layers: ["application/vnd.wasm.content.layer.v1+wasm"],
    consume: "spin up --from {reference}",
    documentation: "https://spinframework.dev/distributing-apps",
  },
  {
    type: "application/vnd.wasmcloud.provider.archive.config",
    title: "wasmCloud provider",
    icon: "wasmcloud",
    layers: ["application/vnd.wasmcloud.provider.archive.layer.v1+par"],
    consume: "wash pull {reference}",
    documentation: "https://wasmcloud.com/docs/",
  },
]);
