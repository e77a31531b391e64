import { Argument, type Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { printTabbed, printText } from "../output/print.ts";

/** `opm completion`: scripts for shells, which ask the hidden `opm complete` for what fits at the cursor. */
export function registerCompletion(program: Command): void {
  const printing = program
    .command("completion")
    .description("print the completion script of a shell")
    .addArgument(new Argument("<shell>", "the shell to complete in").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { COMPLETION_SCRIPTS } = await import("../completion/scripts.ts");
      printText(`${COMPLETION_SCRIPTS[shell].trimEnd()}\n`);
    });
  addExamples(
    printing,
    ["opm completion bash > ~/.local/share/bash-completion/completions/opm", "bash: from the next shell on"],
    ["opm completion zsh > ~/.zsh/completions/_opm", "zsh: a folder of yours that is in fpath"],
    ["opm completion fish > ~/.config/fish/completions/opm.fish", "fish"],
  );
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: readonly string[]) => {
      const { complete } = await import("../completion/complete.ts");
      printTabbed(...(await complete(program, words)));
      // whatever is still on its way
      process.exit(0);
    });
}
