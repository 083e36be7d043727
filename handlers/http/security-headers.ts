/**
 * For every answer. No X-Frame-Options: a Space is shown in a frame of huggingface.co, and
 * `frame-ancestors` says so precisely.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "strict-origin-when-cross-origin",
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'self' https://huggingface.co; base-uri 'none'; form-action 'none'",
};
