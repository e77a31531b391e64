import { BLOB_TYPE, type SiteFile } from "../site-file.ts";
import { BASE_PATH } from "../site-paths.ts";
import { CONTENT_DIGEST } from "./rules.ts";

/** Files that one command names: a command line holds some thousands. */
const BATCH = 200;

/** A script that brings a site into a bucket with the AWS command line, each object with its type, and blobs before what refers to them. */
export function s3Script(files: readonly SiteFile[]): string {
  const types = new Map<string, string[]>();
  for (const { path, type } of files) {
    if (type === BLOB_TYPE || path === BASE_PATH) continue;
    const paths = types.get(type) ?? [];
    types.set(type, paths);
    paths.push(path);
  }
  const commands = [...types].flatMap(([type, paths]) => batches(paths).map((batch) => `put '${type}' ${batch.map((path) => `'${path}'`).join(" ")}\n`));
  return `#!/bin/sh
# Brings this site into a bucket: sh opm-site/s3.sh s3://<bucket> [--endpoint-url <url>]
# The bucket is served as a website whose index document is index.html, or by a CDN before it that does the same.
# S3 sends no ${CONTENT_DIGEST}: clients that insist on it take a manifest by digest, or a CDN that adds it.
set -eu
to=\${1:?give the bucket: s3://<bucket>}
shift
options="$*"
cd "$(dirname "$0")/.."
put() {
  type=$1
  shift
  wanted=''
  for path; do wanted="$wanted --include $path"; done
  # shellcheck disable=SC2086 # paths of a site have neither blanks nor wildcards
  aws s3 sync . "$to" --exclude '*' $wanted --content-type "$type" $options
}
# shellcheck disable=SC2086
aws s3 sync . "$to" --exclude '*' --include 'v2/*/blobs/*' --content-type ${BLOB_TYPE} $options
${commands.join("")}# shellcheck disable=SC2086
aws s3 cp ${BASE_PATH} "$to/${BASE_PATH}" --content-type application/json $options
# shellcheck disable=SC2086
aws s3 cp index.html "$to/index.html" --content-type 'text/html; charset=utf-8' $options
`;
}

function batches(paths: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, at) => paths.slice(at * BATCH, (at + 1) * BATCH));
}
