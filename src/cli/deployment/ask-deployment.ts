import { ANSWER_PROBLEMS } from "../../deploy/answer-problems.ts";
import { ACCESS_CHOICES, type Bucket, type CertificateFiles, CONTENT_CHOICES, type Deployment, METADATA_CHOICES, TEMPLATES } from "../../deploy/deployment.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { canAsk, openForm, type Question } from "../prompts/choose.ts";
import { VERSION } from "../version.ts";
import type { InitOptions } from "./init-options.ts";

/** Answers that are given stay, and nobody is asked for them. */
type Ask = <T extends string>(given: T | undefined, question: Question<T>) => Promise<T>;

/**
 * What is at hand: as the options say, else as somebody at the terminal does, else as usual with `--yes`.
 * @throws CliError `invalid` when answers do not fit each other, or there is nobody to ask
 */
export async function askDeployment(options: InitOptions, signal: AbortSignal): Promise<Deployment> {
  checkFit(options);
  if (options.yes === true) return await answered(options, async (given, { usual }) => given ?? usual);
  if (!canAsk()) throw new CliError(EXIT.invalid, "there is no terminal to ask on: give --yes, and by options what is not as usual");
  const form = openForm(signal);
  try {
    return await answered(options, async (given, question) => given ?? (await form.ask(question)));
  } finally {
    form.close();
  }
}

async function answered(options: InitOptions, ask: Ask): Promise<Deployment> {
  const template = await ask(options.template, { text: "What runs it?", choices: TEMPLATES, usual: "single" });
  const content = await ask(options.content, {
    text: "Where do blobs lie?",
    choices: CONTENT_CHOICES,
    usual: options.bucket === undefined ? "disk" : "bucket",
  });
  const bucket = content === "bucket" ? await askBucket(options, ask) : undefined;
  const metadata = await ask(options.metadata, { text: "Which database has the rest?", choices: METADATA_CHOICES, usual: "sqlite" });
  // Without accounts a registry by hand is for its own machine, as opm serve without a configuration is.
  const usualAccess = template === "single" ? "open" : "accounts";
  const access = await ask(options.access, { text: "Who may use it: everybody, or those with accounts?", choices: ACCESS_CHOICES, usual: usualAccess });
  const tls = await askCertificate(options, ask);
  const publicUrl = await ask(options.publicUrl, {
    text: "URL that clients use, where a proxy stands before it:",
    usual: "",
    problem: ANSWER_PROBLEMS.publicUrl,
  });
  const workers = await ask(options.workers, { text: "Processes that answer requests (a number, or auto):", usual: "1", problem: ANSWER_PROBLEMS.workers });
  const image = await askImage(options, template, ask);
  return { template, content, metadata, access, workers, image, ...(tls && { tls }), ...(bucket && { bucket }), ...(publicUrl !== "" && { publicUrl }) };
}

async function askBucket({ bucket, endpoint, region }: InitOptions, ask: Ask): Promise<Bucket> {
  const name = await ask(bucket, { text: "Which bucket?", usual: "", problem: ANSWER_PROBLEMS.bucket });
  if (name === "") throw new CliError(EXIT.invalid, "no bucket is named: give --bucket <name>");
  const service = await ask(endpoint, { text: "URL of its service, where that is not AWS:", usual: "", problem: ANSWER_PROBLEMS.endpoint });
  const place = await ask(region, { text: "Its region:", usual: "us-east-1", problem: ANSWER_PROBLEMS.region });
  return { name, ...(service !== "" && { endpoint: service }), region: place };
}

async function askCertificate({ certificate, key }: InitOptions, ask: Ask): Promise<CertificateFiles | undefined> {
  const chain = await ask(certificate, { text: "PEM file of a certificate, to serve HTTPS:", usual: "", problem: pathOrNothing });
  if (chain === "") return undefined;
  return { certificate: chain, key: await ask(key, { text: "PEM file of its private key:", usual: "", problem: ANSWER_PROBLEMS.path }) };
}

async function askImage({ image }: InitOptions, template: Deployment["template"], ask: Ask): Promise<string> {
  const usual = `opm:${VERSION}`;
  if (template !== "compose" && template !== "kubernetes") return image ?? usual;
  return await ask(image, { text: "Image of opm:", usual, problem: ANSWER_PROBLEMS.image });
}

function pathOrNothing(text: string): string | undefined {
  return text === "" ? undefined : ANSWER_PROBLEMS.path(text);
}

function checkFit({ content, bucket, endpoint, region, certificate, key }: InitOptions): void {
  const ofBucket = [bucket, endpoint, region].some((given) => given !== undefined);
  if (content === "disk" && ofBucket) throw new CliError(EXIT.invalid, "--bucket, --endpoint and --region go with --content bucket, not with disk");
  if ((certificate === undefined) !== (key === undefined)) throw new CliError(EXIT.invalid, "--certificate and --key go together: give both");
}
