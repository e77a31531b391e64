import type { ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import { hasNoContent } from "../normalisation/no-content.ts";
import { digestSpecOf, subjectOf } from "./verify-element.ts";

/** The elements that need a digest before a component version can be signed: each as `acme.org/app:1.0.0, resource image`. */
export function lacksDigests(descriptor: ComponentDescriptor): readonly string[] {
  const { resources, componentReferences } = descriptor.component;
  const lacking = resources.filter(({ access, digest }) => !hasNoContent(access) && digestSpecOf(digest) === undefined);
  return [
    ...componentReferences.filter(({ digest }) => digestSpecOf(digest) === undefined).map((reference) => subjectOf({ descriptor }, "reference", reference)),
    ...lacking.map((resource) => subjectOf({ descriptor }, "resource", resource)),
  ];
}
