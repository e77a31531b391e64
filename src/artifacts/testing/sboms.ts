/** As BuildKit and Syft write SPDX 2.3, shortened. */
export const SPDX = {
  spdxVersion: "SPDX-2.3",
  dataLicense: "CC0-1.0",
  SPDXID: "SPDXRef-DOCUMENT",
  name: "registry.test/team/app",
  packages: [
    {
      SPDXID: "SPDXRef-Package-apk-musl",
      name: "musl",
      versionInfo: "1.2.4-r2",
      externalRefs: [
        { referenceCategory: "SECURITY", referenceType: "cpe23Type", referenceLocator: "cpe:2.3:a:musl:musl:1.2.4-r2:*:*:*:*:*:*:*" },
        { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: "pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64" },
      ],
    },
    { SPDXID: "SPDXRef-Package-plain", name: "our own", versionInfo: "2" },
    { SPDXID: "SPDXRef-Root", name: "team/app" },
  ],
  files: [{ SPDXID: "SPDXRef-File", fileName: "/bin/busybox" }],
  relationships: [{ spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Root" }],
};

export const SPDX_PACKAGES = [
  { kind: "sbom-package", key: "pkg:apk/alpine/musl", name: "musl", requirement: "1.2.4-r2" },
  { kind: "sbom-package", key: "pkg:generic/our%20own", name: "our own", requirement: "2" },
];

/** As Trivy writes CycloneDX 1.5, shortened. */
export const CYCLONEDX = {
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  metadata: { component: { type: "container", name: "team/app", purl: "pkg:oci/app@sha256%3Aabc" } },
  components: [
    { type: "operating-system", name: "alpine", version: "3.19.1" },
    { type: "file", name: "/etc/passwd" },
    {
      type: "application",
      name: "web",
      components: [{ type: "library", group: "@angular", name: "core", version: "17.0.0", purl: "pkg:npm/%40angular/core@17.0.0" }],
    },
    { type: "library", name: "stdlib", purl: "pkg:golang/stdlib@v1.21.5" },
  ],
};

export const CYCLONEDX_PACKAGES = [
  { kind: "sbom-package", key: "pkg:generic/alpine", name: "alpine", requirement: "3.19.1" },
  { kind: "sbom-package", key: "pkg:generic/web", name: "web" },
  { kind: "sbom-package", key: "pkg:npm/%40angular/core", name: "@angular/core", requirement: "17.0.0" },
  { kind: "sbom-package", key: "pkg:golang/stdlib", name: "stdlib", requirement: "v1.21.5" },
];

/** An SPDX document of many packages; each takes about 200 bytes. */
export function largeSpdx(packages: number): string {
  const items = Array.from({ length: packages }, (_, at) => ({
    SPDXID: `SPDXRef-${at}`,
    name: `package-${at}`,
    versionInfo: "1.0.0",
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: `pkg:npm/package-${at}@1.0.0` }],
  }));
  return JSON.stringify({ spdxVersion: "SPDX-2.3", packages: items });
}
