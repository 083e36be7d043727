interface ProblemKind {
  readonly status: number;
  /** The same for every problem with this code (RFC 9457 §3.1.3). */
  readonly title: string;
  /** What it means and what to do, for developers and operators. */
  readonly meaning: string;
}

/** Every problem that a request can fail with, by its `code`. */
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
    meaning: "The cursor belongs to another list or order: start without it",
  },
  malformed_request: {
    status: 400,
    title: "Malformed request",
    meaning: "What arrived is not HTTP",
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
    title: "Wrong email or password",
    meaning: "No account has this email address and password",
  },
  account_required: {
    status: 403,
    title: "Account required",
    meaning: "A guest may not do this: sign in",
  },
  session_required: {
    status: 403,
    title: "Session required",
    meaning: "API keys cannot do this: sign in instead",
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
    title: "Invalid sign-in code",
    meaning:
      "The code of a sign-in with Hugging Face was used, has expired or belongs to another browser",
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
  model_not_found: {
    status: 404,
    title: "No such model",
    meaning: "`GET /v1/models` lists the models that the caller may name",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    meaning: "The path exists, but not with this method; `Allow` names those it has",
  },
  body_too_slow: {
    status: 408,
    title: "Body too slow",
    meaning: "The body took longer than 30 seconds and came at less than 16 KB a second",
  },
  request_too_slow: {
    status: 408,
    title: "Request too slow",
    meaning: "The headers took longer than 20 seconds, or the whole request longer than 5 minutes",
  },
  conflict: {
    status: 409,
    title: "Changed in the meantime",
    meaning: "Another request changed or removed it first: read it again",
  },
  email_taken: {
    status: 409,
    title: "Address taken",
    meaning: "An account with this email address exists already",
  },
  no_password: {
    status: 409,
    title: "No password",
    meaning: "The account signs in with Hugging Face alone and has no password to change",
  },
  too_many_keys: {
    status: 409,
    title: "Too many keys",
    meaning: "The account has 50 API keys, the most it may have: delete one",
  },
  no_folder: { status: 409, title: "No folder", meaning: "Set `DOCUMENTS_DIR`, or upload instead" },
  task_limit: {
    status: 409,
    title: "Too many tasks",
    meaning: "The account has 10,000 tasks, the most it may have: delete some",
  },
  confirmation_used: {
    status: 409,
    title: "Confirmation used",
    meaning: "This confirmation has been answered already",
  },
  confirmation_expired: {
    status: 409,
    title: "Confirmation expired",
    meaning: "A confirmation is valid for 10 minutes: ask for the change again",
  },
  conversation_busy: {
    status: 409,
    title: "Conversation busy",
    meaning: "The last answer is still being written: wait for it, or stop it",
  },
  precondition_failed: {
    status: 412,
    title: "Precondition failed",
    meaning: "It is not in a version that `If-Match` names: read it again",
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
  host_not_allowed: {
    status: 421,
    title: "Host not allowed",
    meaning:
      "A browser on the server's machine came by a name that is not in `ALLOWED_HOSTS`, as in DNS rebinding",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    meaning: "Wait as long as `Retry-After` says",
  },
  headers_too_large: {
    status: 431,
    title: "Headers too large",
    meaning: "The address and the headers have more than 16 KB",
  },
  internal_error: {
    status: 500,
    title: "Internal error",
    meaning: "A defect in Docent; the log has it under the `request_id`",
  },
  service_refused: {
    status: 502,
    title: "Service refused",
    meaning: "A service that the answer needs refused Docent's key, or its credit is used up",
  },
  settings_missing: {
    status: 503,
    title: "Setting missing",
    meaning: "A setting is missing or invalid; `/api/health` names it",
  },
  timeout: {
    status: 503,
    title: "Service too slow",
    meaning: "A service that the answer needs did not respond in time",
  },
  answer_not_saved: {
    status: 503,
    title: "Answer not saved",
    meaning:
      "The answer is whole, but the database was out for too long: read it again at `/api/chat/{id}/stream` while the server runs",
  },
  interrupted: {
    status: 503,
    title: "Answer cut off",
    meaning:
      "The instance that wrote the answer has stopped, or cannot reach the database; what it said is kept",
  },
  moved: {
    status: 503,
    title: "Moved to another process",
    meaning:
      "Another process is taking over the database (`BACKUP_URL`), as during an update; this one only reads: wait as long as `Retry-After` says",
  },
  unavailable: {
    status: 503,
    title: "Service unavailable",
    meaning: "The database or another service does not respond; Docent keeps trying",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;

/** The HTTP status of a code. */
export type StatusOf<Code extends ProblemCode> = (typeof problemKinds)[Code]["status"];
