/** The folder in which a place has its component versions, each component in a repository of its own (OCM specification, "OCI registries"). */
export const COMPONENT_FOLDER = "component-descriptors";

/** What stands for the `+` of a component's version, which no tag may hold. */
export const COMPONENT_BUILD = ".build-";
