/**
 * A port of which a test gives what is to be called.
 * @throws Error, from the port, with the name of anything else that is looked for
 */
export function fakePort<Port extends object>(methods: Partial<Port>): Port {
  return new Proxy(methods as Port, {
    get(port, name) {
      if (typeof name === "symbol" || name in port) return Reflect.get(port, name);
      throw new Error(`the test gives no ${name} of this port`);
    },
  });
}
