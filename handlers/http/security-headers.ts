/**
 * Headers of every response. X-Frame-Options is left out, because it cannot allow one site: a Space is shown
 * in a frame of huggingface.co, which `frame-ancestors` allows.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'self' https://huggingface.co; base-uri 'none'; form-action 'none'",
};
