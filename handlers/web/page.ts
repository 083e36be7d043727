import { sha256, toBase64 } from "../lib/bytes.ts";

/**
 * The `content-security-policy` of a page whose scripts and styles are all inline: they are allowed
 * by their SHA-256, and nothing else is. This site and huggingface.co may frame it.
 *
 * @param html The document exactly as it will be sent, with LF line ends.
 * @param framedBy further origins that may frame it, or patterns such as `https://*.example.app`
 */
export async function contentSecurityPolicy(
  html: string,
  framedBy: readonly string[] = [],
): Promise<string> {
  const [scripts, styles] = await Promise.all([hashesOf(html, "script"), hashesOf(html, "style")]);
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    ["frame-ancestors 'self' https://huggingface.co", ...framedBy.filter(isSource)].join(" "),
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/**
 * Whether a policy can name the origin: IPv6 addresses have no form there (CSP3 §2.3.1), and other characters would
 * end the directive. In a policy `*` stands for any number of labels, not only for one.
 */
function isSource(origin: string): boolean {
  return /^https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?$/.test(origin);
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
