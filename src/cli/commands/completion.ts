import { Argument, type Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { printText } from "../output/print.ts";

/** `opm completion`: scripts for shells, which ask `opm complete` for what fits at the cursor. */
export function define(command: Command): void {
  command.addArgument(new Argument("<shell>", "the shell to complete in").choices(["bash", "zsh", "fish"])).action(async (shell: "bash" | "zsh" | "fish") => {
    const { COMPLETION_SCRIPTS } = await import("../completion/scripts.ts");
    printText(`${COMPLETION_SCRIPTS[shell].trimEnd()}\n`);
  });
  addExamples(
    command,
    ["opm completion bash > ~/.local/share/bash-completion/completions/opm", "bash: from the next shell on"],
    ["opm completion zsh > ~/.zsh/completions/_opm", "zsh: a folder of yours that is in fpath"],
    ["opm completion fish > ~/.config/fish/completions/opm.fish", "fish"],
  );
}
