import { orEmpty, wellKnown } from "./define.ts";

const OPA = "application/vnd.cncf.openpolicyagent";
const FALCO = "application/vnd.cncf.falco";

export const POLICIES = wellKnown("policy", [
  {
    type: `${OPA}.config.v1+json`,
    title: "OPA bundle or conftest policy",
    icon: "opa",
    layers: [`${OPA}.policy.layer.v1+rego`, `${OPA}.data.layer.v1+json`, `${OPA}.manifest.layer.v1+json`, `${OPA}.layer.v1.tar+gzip`],
    consume: "conftest pull oci://{reference}",
    documentation: "https://www.conftest.dev/sharing/",
  },
  {
    type: "application/vnd.cncf.kyverno.config.v1+json",
    title: "Kyverno policy",
    icon: "kyverno",
    layers: ["application/vnd.cncf.kyverno.policy.layer.v1+yaml"],
    consume: "kyverno oci pull --image {reference}",
    documentation: "https://kyverno.io/docs/kyverno-cli/",
  },
  {
    type: `${FALCO}.rulesfile.config.v1+json`,
    title: "Falco rules",
    icon: "falco",
    layers: [`${FALCO}.rulesfile.layer.v1+tar.gz`],
    consume: "falcoctl artifact install {reference}",
    documentation: "https://falco.org/docs/developer-guide/falcoctl/",
  },
  {
    type: `${FALCO}.plugin.config.v1+json`,
    title: "Falco plugin",
    icon: "falco",
    layers: [`${FALCO}.plugin.layer.v1+tar.gz`],
    consume: "falcoctl artifact install {reference}",
    documentation: "https://falco.org/docs/developer-guide/falcoctl/",
  },
  {
    type: "application/vnd.gadget.v1+binary",
    title: "Inspektor Gadget",
    icon: "gadget",
    configs: ["application/vnd.gadget.config.v1+yaml"],
    layers: ["application/vnd.gadget.ebpf.program.v1+binary", "application/vnd.gadget.wasm.program.v1+binary"],
    consume: "ig run {reference}",
    documentation: "https://inspektor-gadget.io/docs/latest/reference/oci/",
  },
]);

export const CONFIGS = wellKnown("config", [
  {
    type: "application/vnd.cncf.flux.config.v1+json",
    title: "Flux artifact",
    icon: "flux",
    layers: ["application/vnd.cncf.flux.content.v1.tar+gzip"],
    consume: "flux pull artifact oci://{reference} --output .",
    documentation: "https://fluxcd.io/flux/cheatsheets/oci-artifacts/",
  },
  {
    type: "application/vnd.docker.compose.project",
    title: "Compose application",
    icon: "docker",
    configs: orEmpty("application/vnd.docker.compose.config.empty.v1+json"),
    layers: ["application/vnd.docker.compose.file+yaml", "application/vnd.docker.compose.envfile"],
    consume: "docker compose -f oci://{reference} up",
    documentation: "https://docs.docker.com/compose/how-tos/oci-artifact/",
  },
  {
    type: "application/vnd.cncf.artifacthub.config.v1+yaml",
    title: "Artifact Hub repository metadata",
    icon: "artifacthub",
    layers: ["application/vnd.cncf.artifacthub.repository-metadata.layer.v1.yaml"],
    consume: "opm pull {reference}",
    documentation: "https://artifacthub.io/docs/topics/repositories/",
  },
]);

export const OTHERS = wellKnown("other", [
  {
    type: "application/vnd.aquasec.trivy.config.v1+json",
    title: "Trivy database",
    icon: "trivy",
    configs: orEmpty("application/vnd.aquasec.trivy.config.v1+json"),
    layers: ["application/vnd.aquasec.trivy.db.layer.v1.tar+gzip", "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip"],
    consume: "trivy image --db-repository {reference} --download-db-only",
    documentation: "https://trivy.dev/latest/docs/configuration/db/",
  },
  {
    type: "application/vnd.docker.plugin.v1+json",
    title: "Docker plugin",
    icon: "docker",
    layers: ["application/vnd.docker.image.rootfs.diff.tar.gzip"],
    consume: "docker plugin install {reference}",
    documentation: "https://docs.docker.com/engine/extend/",
  },
  {
    type: "application/vnd.buildkit.cacheconfig.v0",
    title: "BuildKit cache",
    icon: "docker",
    consume: "docker buildx build --cache-from type=registry,ref={reference} .",
    documentation: "https://docs.docker.com/build/cache/backends/registry/",
  },
  {
    type: "application/vnd.unknown.artifact.v1",
    title: "Files without a type",
    icon: "oras",
    configs: orEmpty(),
    consume: "oras pull {reference}",
    documentation: "https://oras.land/docs/concepts/artifact/",
  },
  {
    type: "application/vnd.unknown.config.v1+json",
    title: "Files without a type",
    icon: "oras",
    consume: "oras pull {reference}",
    documentation: "https://oras.land/docs/concepts/artifact/",
  },
  {
    type: "application/vnd.oci.empty.v1+json",
    title: "Artifact without a type",
    icon: "artifact",
    consume: "opm pull {reference}",
    documentation: "https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidance-for-an-empty-descriptor",
  },
]);
