const mediaTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  js: "text/javascript; charset=utf-8",
};

/** The media type of a static file, by its extension. */
export function assetMediaType(name: string): string {
  return mediaTypes[name.split(".").pop() ?? ""] ?? "application/octet-stream";
}
