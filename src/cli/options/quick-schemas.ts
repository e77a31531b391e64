/**
 * Has Zod compile no parser for a schema, which pays off in a server: in a command it takes longer than all the parsing that follows. Zod keeps
 * its settings here, and takes over those that it finds when it is loaded: many commands do without it.
 */
export function compileNoSchemas(): void {
  const { __zod_globalConfig: settings = {} } = globalThis as { __zod_globalConfig?: { jitless?: boolean } };
  settings.jitless = true;
  Object.assign(globalThis, { __zod_globalConfig: settings });
}
