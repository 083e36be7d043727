/** Code points of a file's name, without its extension: file systems allow 255 bytes. */
const nameLength = 60;

/**
 * A Content-Disposition that saves the answer as a file named after `title` (RFC 6266): the real name
 * as UTF-8 (RFC 8187), and one in ASCII for clients that cannot read it. Neither can name another folder,
 * hide its extension or break the header.
 */
export function attachment(title: string, extension: string): string {
  const name = fileName(title) || "untitled";
  const ascii = fileName(
    name
      .normalize("NFKD")
      .replaceAll(/\p{M}/gu, "")
      .replaceAll(/[^\x20-\x24\x26-\x7e]+/g, " "),
  );
  const encoded = encodeURIComponent(`${name}.${extension}`).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii || "untitled"}.${extension}"; filename*=UTF-8''${encoded}`;
}

/** Replaces characters that have a meaning to a file system or shell. */
function fileName(title: string): string {
  const name = title
    .toWellFormed()
    .replaceAll(/(?:(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Z}\s"*/:<>?\\|])+/gu, " ")
    .replaceAll(/^[\s.~-]+/g, "");
  return Array.from(name)
    .slice(0, nameLength)
    .join("")
    .replaceAll(/[\s.]+$/g, "");
}
