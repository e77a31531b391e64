import { Command, Option } from "commander";

/**
 * Commander's command, without the two things for which the JIT compiler takes it for hot code, and works longer than the command does: each option that is
 * added is compared with all others by calls, and its name is made anew whenever it is asked for.
 */
export class QuickCommand extends Command {
  override createCommand(name?: string): Command {
    return new QuickCommand(name);
  }

  override createOption(flags: string, description?: string): Option {
    return new NamedOption(flags, description);
  }

  /** The option that a flag is of. In place of commander's own, which its types do not have. */
  _findOption(flag: string): Option | undefined {
    for (const option of this.options) if (option.short === flag || option.long === flag) return option;
    return undefined;
  }
}

/** An option that makes its name once. */
class NamedOption extends Option {
  #attributeName: string | undefined;

  override attributeName(): string {
    this.#attributeName ??= super.attributeName();
    return this.#attributeName;
  }
}
