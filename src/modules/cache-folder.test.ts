import { expect, test } from "bun:test";
import { moduleCacheFolder } from "./cache-folder.ts";

test.each([
  [{ CUE_CACHE_DIR: "/c", HOME: "/h" }, "linux", "/c"],
  [{ XDG_CACHE_HOME: "/x", HOME: "/h" }, "linux", "/x/cue"],
  [{ XDG_CACHE_HOME: "", HOME: "/h" }, "linux", "/h/.cache/cue"],
  [{ XDG_CACHE_HOME: "/x", HOME: "/h" }, "darwin", "/h/Library/Caches/cue"],
  [{ LOCALAPPDATA: "/l" }, "win32", "/l/cue"],
] as const)("%p on %s: %s", (env, platform, expected) => {
  expect(moduleCacheFolder(env, platform)).toBe(expected);
});

test.each([
  [{}, "linux", "HOME"],
  [{ HOME: "" }, "darwin", "HOME"],
  [{}, "win32", "LocalAppData"],
  [{ XDG_CACHE_HOME: "x", HOME: "/h" }, "linux", "XDG_CACHE_HOME"],
] as const)("%p on %s: the error names %s", (env, platform, variable) => {
  expect(() => moduleCacheFolder(env, platform)).toThrow(expect.objectContaining({ code: "invalid", message: expect.stringContaining(variable) }));
});
