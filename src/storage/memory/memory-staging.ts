import type { UploadId } from "../content-store.ts";
import type { StagedState, StagingStore } from "../metadata/staging.ts";

/** States of uploads that this process alone goes on with. */
export function memoryStaging(): StagingStore {
  const states = new Map<UploadId, StagedState>();
  return {
    find: async (id) => states.get(id),
    async list({ after = "", limit }) {
      const following = [...states.values()].filter(({ id }) => id > after);
      return following.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async put(staged) {
      if ((states.get(staged.id)?.version ?? 0) !== staged.version - 1) return false;
      states.set(staged.id, staged);
      return true;
    },
    async remove(id, version) {
      const state = states.get(id);
      if (state === undefined || (version !== undefined && state.version !== version)) return undefined;
      states.delete(id);
      return state;
    },
  };
}
