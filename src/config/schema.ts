import { z } from "zod";
import { grantSchema } from "../access/grant.ts";
import { parseHost } from "../access/host-name.ts";
import { parseNetwork } from "../access/trusted-proxies.ts";
import { typeDefinition } from "../api/administration.ts";
import { typeGlobProblem } from "../artifacts/type-glob.ts";
import { checkTypeName } from "../artifacts/type-name.ts";
import { createTypeTable } from "../artifacts/type-table.ts";
import { contentSchema, partSizeProblem } from "./content-schema.ts";
import { filePath } from "./file-path.ts";
import { durationSchema, sizeSchema } from "./units.ts";
import { valueKinds } from "./value-kind.ts";

const listen = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[^:\s[\]]+)?:\d{1,5}$/, { error: "expected host:port, [ipv6]:port or :port", abort: true })
  .refine((value) => Number(value.slice(value.lastIndexOf(":") + 1)) <= 65_535, "expected a port from 0 to 65535")
  .default("127.0.0.1:5000")
  .describe("Address to listen on: host:port, [ipv6]:port or :port (all addresses). Port 0 takes a free one. Beyond loopback, access.grants is required.");

const hostName = z
  .string()
  .refine((value) => parseHost(value) !== undefined, "expected a host name or an IP address, without scheme and port, e.g. registry.example.org");

const WELL_KNOWN = createTypeTable();

/** New types follow the naming rules; those that tools write already may be described anew. */
const addedType = typeDefinition.omit({ rule: true }).check(({ value, issues }) => {
  const problem = WELL_KNOWN.find(value.type) === undefined ? checkTypeName(value.type) : undefined;
  if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value.type, path: ["type"] });
});

const typeGlobs = z
  .array(
    z.string().check((context) => {
      const problem = typeGlobProblem(context.value);
      if (problem !== undefined) context.issues.push({ code: "custom", message: problem, input: context.value });
    }),
  )
  .max(1000)
  .default([]);

/** Far more than a port can be shared by with a gain. */
const WORKERS = 128;
const WHICH_WORKERS = `expected auto or a number from 1 to ${WORKERS}`;

const metadataSchema = z
  .strictObject({
    driver: z.enum(["sqlite", "postgres"]).default("sqlite").describe("Where repositories, tags, manifests, accounts and history lie."),
    path: filePath.optional().describe("File of the sqlite driver. Default: `metadata.db` in the data folder."),
    url: z
      .string()
      .regex(/^postgres(?:ql)?:\/\//, "expected postgres://user@host:port/database")
      .register(valueKinds, { kind: "secret-url" })
      .optional()
      .describe("postgres://user@host:port/database of the postgres driver; a password is better kept in urlFile."),
    urlFile: filePath.optional().describe("File that holds the URL of the postgres driver."),
    connections: z
      .int()
      .positive()
      .max(1000)
      .default(8)
      .describe(
        "Connections of the postgres driver that a process opens at most, when it wants them. With two or more, one of them is for reads, which so never wait for pushes.",
      ),
  })
  .refine(
    ({ driver, url, urlFile }) => (driver === "postgres") === (url !== undefined || urlFile !== undefined),
    "the postgres driver needs url or urlFile, and no other driver takes them",
  )
  .refine(({ url, urlFile }) => url === undefined || urlFile === undefined, "url and urlFile exclude each other: keep one")
  .prefault({})
  .describe("The metadata store.");

const settings = z.strictObject({
  listen,
  data: filePath.default("./data").describe("Data folder: content, metadata, signing keys."),
  publicUrl: z.url().optional().describe("URL under which clients reach this registry, when a proxy stands before it. Used for the token realm."),
  trustedProxies: z
    .array(z.string().refine((value) => parseNetwork(value) !== undefined, "expected an IP address or a network, e.g. 10.0.0.7 or 10.0.0.0/8"))
    .max(1000)
    .default([])
    .describe(
      "Addresses and networks of proxies before this registry: the client is whom they name in X-Forwarded-For, for log, audit record and the " +
        "limits of an address. From anybody else the header counts for nothing.",
    ),
  server: z
    .strictObject({
      hosts: z
        .array(hostName)
        .max(1000)
        .default([])
        .describe(
          "Further names and addresses under which this registry is reached, without ports. Without access.grants it answers to " +
            "these, to loopback, and to the hosts of listen and publicUrl only, so that no web page gets at it under a name of its own.",
        ),
      listener: z
        .enum(["own", "node"])
        .default("own")
        .describe("What reads requests: own is the faster one, written for this registry; node is node:http, as before, for one release."),
      workers: z
        .union([z.literal("auto"), z.int().min(1, WHICH_WORKERS).max(WORKERS, WHICH_WORKERS)], WHICH_WORKERS)
        .default(1)
        .describe(
          "Processes that answer requests, beside one that looks after them; 1: all in one. auto: one less than this machine has processors. " +
            "More than 1 takes Linux, and stores that several processes can open.",
        ),
    })
    .prefault({}),
  storage: z
    .strictObject({
      content: contentSchema,
      metadata: metadataSchema,
      durability: z
        .enum(["full", "relaxed"])
        .default("full")
        .describe("full: what was acknowledged survives the loss of power. relaxed: it survives the end of the process."),
    })
    .prefault({}),
  tls: z
    .strictObject({
      certificate: filePath.describe("PEM file with the certificate chain. Read again when it changes."),
      key: filePath.describe("PEM file with the private key. Read again when it changes."),
    })
    .optional()
    .describe("Serve HTTPS."),
  access: z
    .strictObject({
      grants: z.array(grantSchema).optional().describe("Who may do what. Without it: anonymous may pull, push and delete, on loopback only."),
      htpasswd: filePath.optional().describe("htpasswd file (bcrypt or argon2) with further accounts. Read again when it changes."),
      groups: z.record(z.string(), z.array(z.string())).default({}).describe("Groups and the names of their users, beside those of `opm user add --group`."),
      tokenLifetime: durationSchema.prefault("5m").describe("How long a bearer token of the token endpoint is valid."),
      signingKey: filePath
        .optional()
        .describe(
          "PEM file (PKCS#8, Ed25519) that signs bearer tokens. Default: generated, and kept in the data folder, with PostgreSQL in the database for all nodes.",
        ),
      previousSigningKey: filePath
        .optional()
        .describe("PEM file with the key, private or public, that signed before: its tokens stay valid. To change the key on several nodes without refusals."),
    })
    .prefault({})
    .describe("Access control."),
  limits: z
    .strictObject({
      manifestSize: sizeSchema.prefault("4MiB").describe("Largest manifest accepted."),
      blobSize: sizeSchema.prefault("100GiB").describe("Largest blob accepted."),
      uploads: z
        .int()
        .positive()
        .default(1000)
        .describe(
          "Upload sessions that have bytes, at once: one client (an account, or an address of anonymous) gets half of them. Those that nobody uses make room.",
        ),
      uploadLifetime: durationSchema.prefault("30m").describe("An upload session without any new bytes ends after this time, an empty one after 5m at most."),
      idle: durationSchema.prefault("60s").describe("A transfer during which no byte moves for this time is ended."),
      headerTime: durationSchema.prefault("15s").describe("Time that a client gets to send the headers of a request."),
      headerSize: sizeSchema.prefault("16KiB").describe("Largest headers of a request."),
      loginFailures: z.int().positive().default(20).describe("Failed log-ins a minute from one address before it is answered 429."),
    })
    .prefault({}),
  collector: z
    .strictObject({
      interval: durationSchema.prefault("1h").describe("Time between two runs of the background collector; 0s turns it off."),
      retention: durationSchema.prefault("7d").describe("How long the content of deleted and moved tags and of deleted manifests is kept."),
      unreferenced: durationSchema.prefault("24h").describe("How long a blob is kept that no manifest of its repository refers to."),
    })
    .prefault({})
    .describe("Reclaims the space of what no repository needs."),
  types: z
    .strictObject({
      add: z
        .array(addedType)
        .max(1000)
        .default([])
        .describe("Artifact types beside the well-known ones: `type` with title, icon, category, configMediaTypes, layerMediaTypes, consume, documentation."),
      allow: typeGlobs.describe("Artifact types that may be pushed, e.g. application/vnd.example.*; when there is one, no other may."),
      deny: typeGlobs.describe("Artifact types that may not be pushed, whatever is allowed."),
    })
    .prefault({})
    .describe("Artifact types, beside those that `opm type` stores."),
  log: z
    .strictObject({
      level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Least severe messages that are logged."),
      format: z
        .enum(["auto", "json", "text"])
        .default("auto")
        .describe("json: an object a line, for programs. text: for people. auto: text on a terminal, else json."),
      requests: z.boolean().default(true).describe("One line for each request."),
    })
    .prefault({}),
});

/** All settings, and what goes together of different sections. */
export const configSchema = settings.check(({ value: { storage, limits }, issues }) => {
  const message = partSizeProblem(storage.content, limits.blobSize);
  if (message !== undefined) issues.push({ code: "custom", message, input: storage.content.partSize, path: ["storage", "content", "partSize"] });
});

/** The whole configuration after parsing: sizes in bytes, durations in milliseconds, every default filled in. */
export type Config = z.infer<typeof configSchema>;

/** JSON Schema (2020-12) of the configuration file, for editors and other checkers. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: "opm configuration", ...z.toJSONSchema(configSchema, { io: "input" }) };
}
