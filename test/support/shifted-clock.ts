/**
 * Given to Bun by `--preload`: the clock of this process is as many milliseconds ahead as `OPM_TEST_CLOCK_SHIFT` says. Only tests load
 * it: the program itself cannot be told another time.
 */
const shift = Number(process.env.OPM_TEST_CLOCK_SHIFT);
const MachineDate = Date;
const now = (): number => MachineDate.now() + shift;

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  apply: () => new MachineDate(now()).toString(),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
