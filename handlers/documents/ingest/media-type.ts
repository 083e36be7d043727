import type { MediaType } from "../parsing/document.ts";

const byExtension: Readonly<Record<string, MediaType>> = {
  md: "text/markdown",
  markdown: "text/markdown",
  mdx: "text/mdx",
  html: "text/html",
  htm: "text/html",
  txt: "text/plain",
};

/** The media type a path's extension stands for, or undefined when Docent does not read such files. */
export function mediaTypeOf(path: string): MediaType | undefined {
  const extension = /[^/\\]\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return extension !== undefined && Object.hasOwn(byExtension, extension)
    ? byExtension[extension]
    : undefined;
}
