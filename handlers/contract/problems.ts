interface ProblemKind {
  readonly status: number;
  /** The same for every problem with this code (RFC 9457 §3.1.3). */
  readonly title: string;
  /** What it means and what to do, for people who program or operate. */
  readonly meaning: string;
}

/** Everything that an answer which is no success can say went wrong, by its `code`. */
export const problemKinds = {
  invalid_input: {
    status: 400,
    title: "Invalid input",
    meaning: "A field is missing or does not fit; `errors` names each field and its rule",
  },
  invalid_json: { status: 400, title: "Invalid JSON", meaning: "The body is not JSON" },
  invalid_encoding: {
    status: 400,
    title: "Invalid encoding",
    meaning: "The body is not UTF-8, or the URL's percent-encoding is broken",
  },
  invalid_form: {
    status: 400,
    title: "Invalid form",
    meaning: "The body is not a `multipart/form-data` form",
  },
  invalid_url: {
    status: 400,
    title: "Invalid URL",
    meaning: "The address or the `Host` header is malformed",
  },
  invalid_cursor: {
    status: 400,
    title: "Invalid cursor",
    meaning: "The cursor is not one of this list in this order: start without it",
  },
  unreadable_document: {
    status: 400,
    title: "Unreadable document",
    meaning: "The document's content cannot be read as its media type",
  },
  incomplete_body: {
    status: 400,
    title: "Incomplete body",
    meaning: "The connection ended before the body did",
  },
  missing_token: {
    status: 401,
    title: "Token needed",
    meaning: "Sign in, or send a bearer token",
  },
  invalid_token: {
    status: 401,
    title: "Invalid token",
    meaning: "The token or key is wrong, expired or revoked: refresh it, or sign in again",
  },
  invalid_credentials: {
    status: 401,
    title: "Wrong address or password",
    meaning: "No account has this address and this password",
  },
  account_required: {
    status: 403,
    title: "Account required",
    meaning: "A guest may not do this: sign in",
  },
  session_required: {
    status: 403,
    title: "Session required",
    meaning: "An API key may not do this: sign in instead",
  },
  scope_missing: {
    status: 403,
    title: "Scope missing",
    meaning: "The API key lacks the scope that the route needs",
  },
  wrong_password: {
    status: 403,
    title: "Wrong password",
    meaning: "The current password does not match",
  },
  invalid_code: {
    status: 403,
    title: "Sign-in is over",
    meaning: "The code of a sign-in with Hugging Face is used, too old or of another browser",
  },
  origin_not_allowed: {
    status: 403,
    title: "Origin not allowed",
    meaning: "The page's origin is not in `ALLOWED_ORIGINS`",
  },
  not_found: {
    status: 404,
    title: "Not found",
    meaning: "It does not exist, or belongs to another user",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    meaning: "The path exists, but not with this method; `Allow` names those it has",
  },
  conflict: {
    status: 409,
    title: "Changed meanwhile",
    meaning: "Another request changed or removed it first: read it again",
  },
  email_taken: {
    status: 409,
    title: "Address taken",
    meaning: "There is an account with this e-mail address",
  },
  no_password: {
    status: 409,
    title: "No password",
    meaning: "The account signs in with Hugging Face alone and has no password to change",
  },
  too_many_keys: {
    status: 409,
    title: "Too many keys",
    meaning: "The account has as many API keys as it may have: delete one",
  },
  task_limit: {
    status: 409,
    title: "Too many tasks",
    meaning: "The account has as many tasks as it may have: delete some",
  },
  confirmation_used: {
    status: 409,
    title: "Confirmation used",
    meaning: "This confirmation has been answered already",
  },
  confirmation_expired: {
    status: 409,
    title: "Confirmation expired",
    meaning: "A confirmation is good for 10 minutes: ask for the change again",
  },
  conversation_busy: {
    status: 409,
    title: "Conversation busy",
    meaning: "The last answer is still being written: wait for it, or stop it",
  },
  precondition_failed: {
    status: 412,
    title: "Precondition failed",
    meaning: "It is not in the version that `If-Match` names: read it again",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    meaning: "The body is larger than the route takes (`BODY_LIMIT_KB`)",
  },
  document_too_large: {
    status: 413,
    title: "Document too large",
    meaning: "The document is larger than `DOCUMENT_LIMIT_MB`",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    meaning: "Send the body as `application/json`",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    meaning: "Wait as long as `Retry-After` says",
  },
  internal_error: {
    status: 500,
    title: "Internal error",
    meaning: "A mistake of Docent's own; the log has it under the `request_id`",
  },
  service_refused: {
    status: 502,
    title: "Service refused",
    meaning: "A service that an answer needs turned Docent down, for its key or its credit",
  },
  settings_missing: {
    status: 503,
    title: "Setting missing",
    meaning: "A setting is missing or invalid; `/api/health` names it",
  },
  timeout: {
    status: 503,
    title: "Service too slow",
    meaning: "A service that an answer needs did not answer in time",
  },
  unavailable: {
    status: 503,
    title: "Service unavailable",
    meaning: "The database or another service does not answer; Docent goes on trying",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;

/** The status that answers with these codes have. */
export type StatusOf<Code extends ProblemCode> = (typeof problemKinds)[Code]["status"];

/** Codes of answers that fail while they are written: the `error` event's. */
export const answerFailures = [
  "unavailable",
  "timeout",
  "service_refused",
  "internal_error",
] as const satisfies readonly ProblemCode[];

export type AnswerFailure = (typeof answerFailures)[number];
