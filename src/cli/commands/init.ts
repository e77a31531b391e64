import { type Command, InvalidArgumentError, Option } from "commander";
import { ANSWER_PROBLEMS } from "../../deploy/answer-problems.ts";
import { ACCESS_CHOICES, CONTENT_CHOICES, METADATA_CHOICES, TEMPLATES } from "../../deploy/deployment.ts";
import type { InitOptions } from "../deployment/init-options.ts";
import { addExamples } from "../help/examples.ts";
import { print, printErrLine, printJson, printNote } from "../output/print.ts";
import type { InitOutput } from "./init.output.ts";

/** What `--json` prints. */
export const outputSchema = async () => (await import("./init.output.ts")).initOutput;

/** `opm init`: a configuration, and what runs it, of what is at hand. */
export function define(command: Command): void {
  command
    .argument("[folder]", "where the files go; made where it is missing", ".")
    .addOption(new Option("--template <name>", "what runs it: this machine by hand, Docker Compose, Kubernetes or systemd").choices(TEMPLATES))
    .addOption(new Option("--content <place>", "where the bytes of blobs lie").choices(CONTENT_CHOICES))
    .option("--bucket <name>", "the bucket", answer("bucket"))
    .option("--endpoint <url>", "of the bucket's service (default: that of AWS)", answer("endpoint"))
    .option("--region <name>", "of the bucket", answer("region"))
    .addOption(new Option("--metadata <database>", "where repositories, tags, accounts and history lie").choices(METADATA_CHOICES))
    .addOption(new Option("--access <kind>", "open: everybody may do everything").choices(ACCESS_CHOICES))
    .option("--certificate <path>", "PEM file of the certificate, to serve HTTPS", answer("path"))
    .option("--key <path>", "PEM file of its private key", answer("path"))
    .option("--public-url <url>", "under which clients reach it, where a proxy stands before it", answer("publicUrl"))
    .option("--workers <number>", "processes that answer requests, or auto", answer("workers"))
    .option("--image <reference>", "image of opm, in templates with containers", answer("image"))
    .option("-y, --yes", "ask nothing: what is not given is as usual")
    .option("--force", "overwrite files that are there, but for secrets")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .option("-q, --quiet", "print results and errors only")
    .action(run);
  addExamples(
    command,
    ["opm init", "asks what is at hand and writes opm.yaml"],
    ["opm init -y --template systemd --access accounts deploy", "a service of one machine, with accounts"],
    ["opm init -y --template kubernetes --bucket blobs --metadata postgres", "nodes that keep nothing"],
  );
}

function answer(kind: keyof typeof ANSWER_PROBLEMS): (text: string) => string {
  return (text) => {
    const problem = ANSWER_PROBLEMS[kind](text);
    if (problem !== undefined) throw new InvalidArgumentError(`${problem}.`);
    return text;
  };
}

async function run(folder: string, options: InitOptions): Promise<void> {
  const [{ askDeployment }, { deploymentFiles }, { writeNewFiles }, { nextSteps }, { interruptible }] = await Promise.all([
    import("../deployment/ask-deployment.ts"),
    import("../../deploy/deployment-files.ts"),
    import("../deployment/write-new-files.ts"),
    import("../../deploy/next-steps.ts"),
    import("../sessions/stop-signals.ts"),
  ]);
  const deployment = await interruptible((signal) => askDeployment(options, signal));
  const files = deploymentFiles(deployment);
  await writeNewFiles(folder, files, { force: options.force === true });
  const next = nextSteps(deployment);
  const output: InitOutput = { folder, template: deployment.template, files: files.map(({ path }) => path), next };
  if (options.json === true) return printJson(output);
  const { join } = await import("node:path");
  print(...files.map(({ path }) => join(folder, path)));
  if (options.quiet === true) return;
  printNote("next:");
  for (const step of next) printErrLine(`  ${step}`);
}
