import { sha256, toBase64 } from "../lib/bytes.ts";

/**
 * The `content-security-policy` of a page whose scripts and styles are all inline: they are allowed
 * by their SHA-256, and nothing else is. Embedding is left to this site and huggingface.co.
 *
 * @param html The document exactly as it will be sent, with LF line ends.
 */
export async function contentSecurityPolicy(html: string): Promise<string> {
  const [scripts, styles] = await Promise.all([hashesOf(html, "script"), hashesOf(html, "style")]);
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self' https://huggingface.co",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/** The SHA-256 of each inline script or style, as a policy's sources. */
export async function hashesOf(html: string, name: "script" | "style"): Promise<string> {
  const inline = new RegExp(`<${name}\\b[^>]*>([^]*?)</${name}>`, "gi");
  const sources = await Promise.all(
    Array.from(html.matchAll(inline), async ([, text = ""]) => {
      return `'sha256-${toBase64(await sha256(text))}'`;
    }),
  );
  return sources.join(" ") || "'none'";
}
