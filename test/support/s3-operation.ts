/** What S3 calls a request whose path begins with the bucket. */
export function s3Operation(method: string, target: string, copies = false): string {
  const url = new URL(target, "http://s3");
  const hasKey = /^\/[^/]+\/./.test(url.pathname);
  const asks = (name: string): boolean => url.searchParams.has(name);
  switch (method) {
    case "PUT":
      if (!hasKey) return "CreateBucket";
      if (asks("partNumber")) return copies ? "UploadPartCopy" : "UploadPart";
      return copies ? "CopyObject" : "PutObject";
    case "POST":
      if (asks("delete")) return "DeleteObjects";
      return asks("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload";
    case "DELETE":
      return asks("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
    case "HEAD":
      return hasKey ? "HeadObject" : "HeadBucket";
    default:
      if (hasKey) return asks("uploadId") ? "ListParts" : "GetObject";
      return asks("uploads") ? "ListMultipartUploads" : "ListObjects";
  }
}
