import type { Command } from "commander";

/**
 * Commands that are also built alone, without the others: what people type all day starts sooner. What a command needs of the others
 * (help, suggestions, completion) comes from the whole program. Each is given the arguments that follow its name.
 */
export const DIRECT_COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<(program: Command) => void>>> = {
  push: async () => (await import("./commands/push.ts")).registerPush,
  pull: async () => (await import("./commands/pull.ts")).registerPull,
  copy: async () => (await import("./commands/copy.ts")).registerCopy,
  attach: async () => (await import("./commands/attach.ts")).registerAttach,
  referrers: async () => (await import("./commands/referrers.ts")).registerReferrers,
  tag: async () => (await import("./commands/tag.ts")).registerTag,
  untag: async () => (await import("./commands/tag.ts")).registerTag,
  delete: async () => (await import("./commands/delete.ts")).registerDelete,
  list: async () => (await import("./commands/list.ts")).registerList,
  search: async () => (await import("./commands/search.ts")).registerSearch,
  versions: async () => (await import("./commands/versions.ts")).registerVersions,
  resolve: async () => (await import("./commands/resolve.ts")).registerResolve,
  inspect: async () => (await import("./commands/inspect.ts")).registerInspect,
  mod: async ([name = ""]) => (await import("./direct-mod-commands.ts")).loadModCommand(name),
  serve: async () => (await import("./commands/serve.ts")).registerServe,
  version: async () => (await import("./commands/version.ts")).registerVersion,
};
