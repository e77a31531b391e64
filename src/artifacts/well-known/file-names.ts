const OPA = "application/vnd.cncf.openpolicyagent";
const FALCO = "application/vnd.cncf.falco";
const OCM = "application/vnd.ocm.software.component-descriptor.v2";
const EARLY_OCM = "application/vnd.gardener.cloud.cnudie.component-descriptor.v2";

/**
 * What the file of a layer is called, by its media type, as the tool that wrote it names its own files. `{name}` stands for the last part
 * of the repository, `{version}` for the version. Layers of images are missing: they are parts of a file system, not files.
 */
export const LAYER_FILE_NAMES: Readonly<Record<string, string>> = {
  "application/vnd.cncf.helm.chart.content.v1.tar+gzip": "{name}-{version}.tgz",
  "application/vnd.cncf.helm.chart.provenance.v1.prov": "{name}-{version}.tgz.prov",
  "application/zip": "{name}-{version}.zip",
  "archive/zip": "{name}-{version}.zip",
  "application/vnd.cue.modulefile.v1": "module.cue",
  "application/vnd.timoni.content.v1.tar+gzip": "{name}-{version}.tgz",
  "application/vnd.ms.bicep.module.layer.v1+json": "main.json",
  "application/vnd.devcontainers.layer.v1+tar": "{name}-{version}.tgz",
  [`${OCM}+yaml+tar`]: "component-descriptor.tar",
  [`${OCM}+json`]: "component-descriptor.json",
  [`${OCM}+yaml`]: "component-descriptor.yaml",
  [`${EARLY_OCM}+yaml+tar`]: "component-descriptor.tar",
  [`${EARLY_OCM}+json`]: "component-descriptor.json",
  "application/vnd.zarf.layer.v1.blob": "{name}-{version}.zarf",
  "application/vnd.sylabs.sif.layer.v1.sif": "{name}_{version}.sif",
  "application/wasm": "{name}.wasm",
  "application/vnd.wasm.content.layer.v1+wasm": "{name}.wasm",
  "application/vnd.module.wasm.content.layer.v1+wasm": "{name}.wasm",
  "application/vnd.wasmcloud.provider.archive.layer.v1+par": "{name}.par.gz",
  [`${OPA}.policy.layer.v1+rego`]: "policy.rego",
  [`${OPA}.data.layer.v1+json`]: "data.json",
  [`${OPA}.manifest.layer.v1+json`]: "manifest.json",
  [`${OPA}.layer.v1.tar+gzip`]: "bundle.tar.gz",
  "application/vnd.cncf.kyverno.policy.layer.v1+yaml": "policies.yaml",
  [`${FALCO}.rulesfile.layer.v1+tar.gz`]: "{name}-{version}.tar.gz",
  [`${FALCO}.plugin.layer.v1+tar.gz`]: "{name}-{version}.tar.gz",
  "application/vnd.gadget.ebpf.program.v1+binary": "program.o",
  "application/vnd.gadget.wasm.program.v1+binary": "program.wasm",
  "application/vnd.cncf.flux.content.v1.tar+gzip": "{name}-{version}.tgz",
  "application/vnd.docker.compose.file+yaml": "compose.yaml",
  "application/vnd.docker.compose.envfile": "compose.env",
  "application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml": "artifacthub-repo.yml",
  "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip": "db.tar.gz",
  "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip": "javadb.tar.gz",
  "application/vnd.dev.sigstore.bundle.v0.1+json": "bundle.sigstore.json",
  "application/vnd.dev.sigstore.bundle.v0.2+json": "bundle.sigstore.json",
  "application/vnd.dev.sigstore.bundle.v0.3+json": "bundle.sigstore.json",
  "application/vnd.dev.cosign.simplesigning.v1+json": "payload.json",
  "application/jose+json": "signature.jws",
  "application/cose": "signature.cose",
  "application/vnd.in-toto+json": "attestation.intoto.json",
  "application/vnd.dsse.envelope.v1+json": "attestation.dsse.json",
  "application/vnd.openvex+json": "vex.openvex.json",
  "application/sarif+json": "report.sarif",
  "application/spdx+json": "sbom.spdx.json",
  "text/spdx+json": "sbom.spdx.json",
  "text/spdx": "sbom.spdx",
  "application/vnd.cyclonedx+json": "sbom.cdx.json",
  "application/vnd.cyclonedx+xml": "sbom.cdx.xml",
  "application/vnd.syft+json": "sbom.syft.json",
  "application/vnd.docker.ai.gguf.v3": "model.gguf",
  "application/vnd.docker.ai.safetensors": "model.safetensors",
  "application/vnd.docker.ai.license": "LICENSE",
  "application/vnd.cncf.model.weight.v1.raw": "model.bin",
  "application/vnd.cncf.model.weight.v1.tar": "model.tar",
  "application/vnd.cncf.model.weight.v1.tar+gzip": "model.tar.gz",
  "application/vnd.kitops.modelkit.model.v1.tar+gzip": "model.tar.gz",
  "application/vnd.kitops.modelkit.dataset.v1.tar+gzip": "dataset.tar.gz",
};

/** Whether a layer of this media type is called anything in some type; case is ignored. */
export function hasFileName(mediaType: string): boolean {
  return Object.hasOwn(LAYER_FILE_NAMES, mediaType.toLowerCase());
}
