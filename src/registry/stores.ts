import type { ContentStore } from "../storage/content-store.ts";
import type { PortName, Ports } from "../storage/metadata/store.ts";

/** What maintenance works on: content, and the ports that it names. */
export interface Stores<Port extends PortName = PortName> {
  readonly content: ContentStore;
  readonly metadata: Ports<Port>;
}
