import { expect, test } from "bun:test";
import { safeUrl } from "./safe-url.ts";

test.each([
  ["https://u:p@example.com/v2/a/tags/list?n=5&last=1.0", "https://example.com/v2/a/tags/list?n=5&last=1.0"],
  [
    "https://a.example/token?service=b.example&scope=repository:a/b:pull,push&account=me",
    "https://a.example/token?service=b.example&scope=repository:a/b:pull,push&account=…",
  ],
  [
    "https://s3.example/x?X-Amz-Signature=abc&X-Amz-Credential=AKIA&X-Amz-Security-Token=t",
    "https://s3.example/x?X-Amz-Signature=…&X-Amz-Credential=…&X-Amz-Security-Token=…",
  ],
  [
    "https://b.example/x?sig=abc&se=2026&Signature=z&Policy=y&token=t&_state=s&digest=sha256:ab",
    "https://b.example/x?sig=…&se=…&Signature=…&Policy=…&token=…&_state=…&digest=sha256:ab",
  ],
  ["http://a:5000/x?N=1&=2&q=a%26token%3Db#access_token=s", "http://a:5000/x?N=…&=…&q=a%26token%3Db"],
  ["http://[::1]:5000/v2/", "http://[::1]:5000/v2/"],
])("%s is shown as %s", (url, shown) => {
  expect(safeUrl(new URL(url))).toBe(shown);
});
