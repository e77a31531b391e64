import { orEmpty, wellKnown } from "./define.ts";

const HELM_PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov";
const OCM_DESCRIPTOR = "application/vnd.ocm.software.component-descriptor.v2";

export const CHARTS = wellKnown("chart", [
  {
    type: "application/vnd.cncf.helm.config.v1+json",
    title: "Helm chart",
    icon: "helm",
    layers: ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", HELM_PROVENANCE],
    consume: "helm pull oci://{name} --version {tag}",
    documentation: "https://helm.sh/docs/topics/registries/",
    extractor: "helm-chart",
  },
]);

export const MODULES = wellKnown("module", [
  {
    type: "application/vnd.cue.module.v1+json",
    title: "CUE module",
    icon: "cue",
    layers: ["application/zip", "application/vnd.cue.modulefile.v1"],
    consume: "cue mod get {repository}@{tag}",
    documentation: "https://cuelang.org/docs/reference/modules/",
    extractor: "cue-module",
  },
  {
    type: "application/vnd.timoni.config.v1+json",
    title: "Timoni module",
    icon: "timoni",
    layers: ["application/vnd.timoni.content.v1.tar+gzip"],
    consume: "timoni mod pull oci://{name} --version {tag}",
    documentation: "https://timoni.sh/module-distribution/",
  },
  {
    type: "application/vnd.opentofu.modulepkg",
    title: "OpenTofu module",
    icon: "opentofu",
    configs: orEmpty(),
    layers: ["archive/zip"],
    consume: 'module "{repository}" { source = "oci://{name}?tag={tag}" }',
    documentation: "https://opentofu.org/docs/cli/oci_registries/module-package/",
  },
  {
    type: "application/vnd.opentofu.provider",
    title: "OpenTofu provider",
    icon: "opentofu",
    configs: orEmpty(),
    consume: "tofu init",
    documentation: "https://opentofu.org/docs/cli/oci_registries/provider-mirror/",
  },
  {
    type: "application/vnd.opentofu.provider-target",
    title: "OpenTofu provider for a platform",
    icon: "opentofu",
    configs: orEmpty(),
    layers: ["archive/zip"],
    consume: "tofu init",
    documentation: "https://opentofu.org/docs/cli/oci_registries/provider-mirror/",
  },
  {
    type: "application/vnd.ms.bicep.module.artifact",
    title: "Bicep module",
    icon: "bicep",
    configs: orEmpty("application/vnd.ms.bicep.module.config.v1+json"),
    layers: ["application/vnd.ms.bicep.module.layer.v1+json"],
    consume: "module example 'br:{reference}'",
    documentation: "https://learn.microsoft.com/azure/azure-resource-manager/bicep/private-module-registry",
  },
  {
    type: "application/vnd.devcontainers",
    title: "Dev container feature or template",
    icon: "devcontainers",
    layers: ["application/vnd.devcontainers.layer.v1+tar"],
    consume: "devcontainer features info manifest {reference}",
    documentation: "https://containers.dev/implementors/features-distribution/",
  },
  {
    type: "application/vnd.ansible.collection",
    title: "Ansible collection",
    icon: "ansible",
    consume: "opm pull {reference}",
    documentation: "https://docs.ansible.com/ansible/latest/collections_guide/",
  },
  {
    type: "application/vnd.spack.package",
    title: "Spack package",
    icon: "spack",
    consume: "spack mirror add {repository} oci://{name}",
    documentation: "https://spack.readthedocs.io/en/latest/binary_caches.html",
  },
]);

export const COMPONENTS = wellKnown("component", [
  {
    type: "application/vnd.ocm.software.component.config.v1+json",
    title: "OCM component",
    icon: "ocm",
    layers: [`${OCM_DESCRIPTOR}+yaml+tar`, `${OCM_DESCRIPTOR}+json`, `${OCM_DESCRIPTOR}+yaml`],
    consume: "opm component get {name}:{tag}",
    documentation: "https://ocm.software/",
    extractor: "ocm-component",
  },
  {
    type: OCM_DESCRIPTOR,
    title: "OCM component descriptor",
    icon: "ocm",
    configs: ["application/vnd.ocm.software.component.config.v1+json"],
    layers: [`${OCM_DESCRIPTOR}+json`, `${OCM_DESCRIPTOR}+yaml`, `${OCM_DESCRIPTOR}+yaml+tar`],
    consume: "opm component get {name}:{tag}",
    documentation: "https://ocm.software/",
    extractor: "ocm-component",
  },
  {
    type: "application/vnd.gardener.cloud.cnudie.component.config.v1+json",
    title: "OCM component (early format)",
    icon: "ocm",
    layers: ["application/vnd.gardener.cloud.cnudie.component-descriptor.v2+yaml+tar", "application/vnd.gardener.cloud.cnudie.component-descriptor.v2+json"],
    consume: "opm component get {name}:{tag}",
    documentation: "https://ocm.software/",
    extractor: "ocm-component",
  },
  {
    type: "application/vnd.cnab.config.v1+json",
    title: "CNAB bundle",
    icon: "cnab",
    consume: "porter install --reference {reference}",
    documentation: "https://cnab.io/",
  },
  {
    type: "application/vnd.zarf.config.v1+json",
    title: "Zarf package",
    icon: "zarf",
    layers: ["application/vnd.zarf.layer.v1.blob"],
    consume: "zarf package deploy oci://{reference}",
    documentation: "https://docs.zarf.dev/",
  },
]);
