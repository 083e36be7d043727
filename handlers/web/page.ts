import { sha256, toBase64 } from "../lib/bytes.ts";

/**
 * The `content-security-policy` of a page that allows its inline scripts and styles by their SHA-256, and scripts
 * on demand by the one in their `integrity` attribute (CSP 3, "external hashes"): these bytes and no others, from
 * wherever, so that not even an upload of this site could run as a script. Only a thread cannot be allowed by a
 * hash; `worker-src` lets this site's scripts be one, and the page's one Trusted Types policy, its address.
 * This site and huggingface.co may frame it.
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
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    ["frame-ancestors 'self' https://huggingface.co", ...framedBy.filter(isSource)].join(" "),
    "require-trusted-types-for 'script'",
    "trusted-types docent",
  ].join("; ");
}

/**
 * Whether a policy can name the origin: IPv6 addresses have no form there (CSP3 §2.3.1), and other characters would
 * end the directive. In a policy `*` stands for any number of labels, not only for one.
 */
function isSource(origin: string): boolean {
  return /^https?:\/\/(?:\*\.)?[\w.-]+(?::\d+)?$/.test(origin);
}

/** The SHA-256 of each script or style, as a policy's sources: a file's from its `integrity` attribute. */
export async function hashesOf(html: string, name: "script" | "style"): Promise<string> {
  const elements = new RegExp(`<${name}\\b([^>]*)>([^]*?)</${name}>`, "gi");
  const sources = await Promise.all(
    Array.from(html.matchAll(elements), async ([, attributes = "", text = ""]) => {
      const [, integrity] = /\sintegrity="(sha256-[\w+/=]+)"/.exec(attributes) ?? [];
      return `'${integrity ?? `sha256-${toBase64(await sha256(text))}`}'`;
    }),
  );
  return sources.join(" ") || "'none'";
}
