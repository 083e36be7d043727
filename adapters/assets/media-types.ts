const mediaTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** What a file of the page is, by its name's extension. */
export function assetMediaType(name: string): string {
  return mediaTypes[name.split(".").pop() ?? ""] ?? "application/octet-stream";
}
