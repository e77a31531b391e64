/** A text that stands in a unit of systemd or a volume of compose as it is. */
const PATH = /^\/[A-Za-z0-9._/@+-]+$/;

/** Amazon S3, "General purpose bucket naming rules"; other services are as strict or stricter. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const IMAGE = /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]{0,254}$/;
const REGION = /^[a-zA-Z0-9-]{1,64}$/;

/** Why an answer cannot be used; undefined where it can. */
export const ANSWER_PROBLEMS = {
  bucket: (text: string) => (BUCKET.test(text) ? undefined : "expected the name of a bucket: 3 to 63 of a-z, 0-9, . and -"),
  endpoint: (text: string) => (text === "" || isWebUrl(text) ? undefined : "expected a URL, e.g. https://s3.example.com"),
  region: (text: string) => (text === "" || REGION.test(text) ? undefined : "expected a region, e.g. eu-central-1"),
  publicUrl: (text: string) => (text === "" || isWebUrl(text) ? undefined : "expected a URL, e.g. https://registry.example.com"),
  image: (text: string) => (IMAGE.test(text) ? undefined : "expected an image, e.g. registry.example.com/opm:1.0.0"),
  workers: (text: string) => (/^(?:auto|[1-9][0-9]{0,2})$/.test(text) && !(Number(text) > 128) ? undefined : "expected auto or a number from 1 to 128"),
  path: (text: string) => (PATH.test(text) ? undefined : "expected a whole path without blanks, e.g. /etc/opm/tls.crt"),
} as const satisfies Readonly<Record<string, (text: string) => string | undefined>>;

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "" && url.password === "";
}
