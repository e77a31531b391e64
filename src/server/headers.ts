/** Names of headers that the distribution specification gives a meaning. */
export const DOCKER_CONTENT_DIGEST = "Docker-Content-Digest";
export const DOCKER_API_VERSION = "Docker-Distribution-API-Version";
export const DOCKER_UPLOAD_UUID = "Docker-Upload-UUID";
export const OCI_FILTERS_APPLIED = "OCI-Filters-Applied";
export const OCI_SUBJECT = "OCI-Subject";
export const OCI_TAG = "OCI-Tag";

/** Ours: the conditions that a push to this address is held to. Other registries may take no notice of them. */
export const OPM_CONDITIONS = "OPM-Conditions";
export const CONDITIONS = "If-Match, If-None-Match";

export type HeaderRecord = Record<string, string>;
