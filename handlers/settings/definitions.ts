import * as v from "valibot";
import {
  choice,
  host,
  identifier,
  integer,
  type Kind,
  list,
  modelReference,
  origin,
  postgresUrl,
  rate,
  scaled,
  scopes,
  secret,
  text,
  url,
  urlBase,
} from "./kinds.ts";
import { parsePayloadMapping, payloadForm, type PayloadMapping } from "./payload.ts";
import type { Affected } from "./types.ts";

/** One setting: its names, its form, its default, and what it is for. */
export interface Definition<Value, Fallback> {
  readonly aliases: readonly string[];
  readonly kind: Kind<Value>;
  readonly fallback: Fallback;
  /** The default in words, where the fallback does not say it. */
  readonly otherwise?: string;
  readonly purpose: string;
  /** Its value is never shown. */
  readonly secret?: true;
  /** The values of all its names are merged, instead of the first name winning. */
  readonly merges?: true;
  /** What answers 503 while the setting is invalid; none where the default can stand in. */
  readonly affects?: readonly Affected[];
}

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const logLevel: Kind<"debug" | "info" | "warn" | "error"> = {
  schema: v.pipe(
    v.string(),
    v.toLowerCase(),
    v.transform((word) => (word === "warning" ? "warn" : word)),
    v.picklist(["debug", "info", "warn", "error"]),
  ),
  form: "one of DEBUG, INFO, WARN, ERROR",
};

const payload: Kind<PayloadMapping> = {
  schema: v.pipe(v.string(), v.transform(parsePayloadMapping), v.custom<PayloadMapping>(Boolean)),
  form: payloadForm,
};

/** Every setting there is, in the order in which they are shown. */
export const definitions = {
  PORT: define(integer(0, 65_535), 7860, "port to listen on; 0 takes any free one"),
  HOST: define(host, "0.0.0.0", "address to listen on"),
  DATABASE_URL: define(postgresUrl, undefined, "PostgreSQL with pgvector, 15 or newer", {
    aliases: ["NEON_DATABASE_URL", "POSTGRES_URL"],
    otherwise: "embedded, in DATA_DIR",
    secret: true,
    affects: ["database"],
  }),
  DATA_DIR: define(text, ".data", "the embedded database and the generated secret", {
    affects: ["database"],
  }),
  JWT_SECRET: define(secret(32), undefined, "signs tokens; required with DATABASE_URL", {
    aliases: ["BETTER_AUTH_SECRET", "SECRET_KEY"],
    otherwise: "generated, in DATA_DIR",
    secret: true,
    affects: ["auth"],
  }),
  JWT_SECRET_PREVIOUS: define(secret(32), undefined, "still verifies while JWT_SECRET is rotated", {
    secret: true,
  }),
  ACCESS_TOKEN_MINUTES: define(
    scaled(1, 43_200, minute),
    30 * minute,
    "how long an access token is good for",
    { aliases: ["ACCESS_TOKEN_EXPIRE_MINUTES"], otherwise: "30" },
  ),
  REFRESH_TOKEN_DAYS: define(scaled(1, 365, day), 30 * day, "how long a sign-in lasts unused", {
    otherwise: "30",
  }),
  ALLOWED_ORIGINS: define(list, "", "origins whose pages may call", {
    aliases: ["CORS_ALLOWED_ORIGINS"],
    otherwise: "none but a Space's own",
    merges: true,
  }),
  PUBLIC_URL: define(origin, undefined, "where the world finds this server", {
    otherwise: "a Space's own address",
    affects: ["identity_provider"],
  }),
  OAUTH_CLIENT_ID: define(
    text,
    undefined,
    "Sign in with Hugging Face; a Space sets it (hf_oauth)",
    {
      affects: ["identity_provider"],
    },
  ),
  OAUTH_CLIENT_SECRET: define(secret(1), undefined, "belongs to OAUTH_CLIENT_ID", {
    secret: true,
    affects: ["identity_provider"],
  }),
  OAUTH_SCOPES: define(scopes, "openid profile", "what the provider is asked to tell", {
    affects: ["identity_provider"],
  }),
  OPENID_PROVIDER_URL: define(url, "https://huggingface.co", "who is asked", {
    affects: ["identity_provider"],
  }),
  LANGUAGE_MODELS: define(list, "", "order of fallback between the configured models", {
    otherwise: "gemini,huggingface,openai,openrouter",
  }),
  GEMINI_API_KEY: key("Google's Gemini models"),
  GEMINI_MODEL: define(identifier, "gemini-3.5-flash-lite", "model that answers"),
  GEMINI_EMBEDDING_MODEL: define(identifier, "gemini-embedding-001", "model of meaning vectors"),
  HF_TOKEN: key("Hugging Face inference providers"),
  HF_MODEL: define(identifier, "openai/gpt-oss-120b:fastest", "model that answers"),
  OPENAI_API_KEY: key("OpenAI, or whoever is at OPENAI_BASE_URL"),
  OPENAI_BASE_URL: define(url, undefined, "any OpenAI-compatible server: Ollama, vLLM, Groq", {
    otherwise: "OpenAI's own",
    affects: ["models"],
  }),
  OPENAI_MODEL: define(identifier, undefined, "model that answers", {
    otherwise: "gpt-6-luna; required with OPENAI_BASE_URL",
    affects: ["models"],
  }),
  OPENAI_EMBEDDING_MODEL: define(identifier, undefined, "model of meaning vectors", {
    otherwise: "text-embedding-3-small; none with OPENAI_BASE_URL",
    affects: ["models"],
  }),
  OPENROUTER_API_KEY: key("OpenRouter"),
  OPENROUTER_MODEL: define(identifier, "openrouter/auto", "model that answers"),
  LOCAL_EMBEDDER: define(
    choice(["auto", "on", "off"]),
    "auto",
    "the embedder in the box: auto, on, off",
    { otherwise: "auto: where a model is there and no other embedder is set" },
  ),
  LOCAL_EMBEDDER_MODEL: define(modelReference, undefined, "its model: a folder, or owner/name", {
    otherwise: "what was fetched, or is in the image",
    affects: ["models"],
  }),
  FIRST_TOKEN_TIMEOUT_SECONDS: define(
    scaled(1, 600, second),
    20 * second,
    "a model silent for so long is passed over",
    { otherwise: "20" },
  ),
  IDLE_TIMEOUT_SECONDS: define(
    scaled(1, 600, second),
    30 * second,
    "longest pause inside a model's answer",
    { otherwise: "30" },
  ),
  QDRANT_URL: define(url, undefined, "a Qdrant server for the passages, port included", {
    otherwise: "pgvector, in the database",
    affects: ["vector_store"],
  }),
  QDRANT_API_KEY: define(secret(1), undefined, "key of the Qdrant server", {
    secret: true,
    affects: ["vector_store"],
  }),
  QDRANT_COLLECTION: define(identifier, "docent", "collection of the passages", {
    aliases: ["QDRANT_COLLECTION_NAME"],
    affects: ["vector_store"],
  }),
  QDRANT_PAYLOAD: define(payload, undefined, "reads a collection somebody else filled", {
    otherwise: "Docent's own shape",
    affects: ["vector_store"],
  }),
  DOCUMENTS_DIR: define(text, undefined, "folder ingested at start", {
    otherwise: "Docent's README",
  }),
  DOCUMENTS_URL_BASE: define(urlBase, undefined, "where the documents are published"),
  NUMBER_PREFIXES: define(
    choice(["drop", "keep"]),
    "drop",
    "02- of 02-setup.md in addresses and titles: drop or keep",
  ),
  DOCUMENT_LIMIT_MB: define(scaled(1, 100, 1024 * 1024), 10 * 1024 * 1024, "size of a document", {
    otherwise: "10",
  }),
  CHAT_ACCESS: define(choice(["public", "users"]), "public", "who may chat: public or users", {
    affects: ["chat"],
  }),
  CHAT_RATE_LIMIT: define(
    rate,
    { limit: 10, window: minute },
    "messages of one user, or of a guest's address",
    { otherwise: "10/60s" },
  ),
  READ_RATE_LIMIT: define(
    rate,
    { limit: 300, window: minute },
    "other requests of one user, or of an address",
    { otherwise: "300/60s" },
  ),
  CHAT_MESSAGE_MAX: define(integer(1, 100_000), 2000, "characters of a message"),
  CHAT_CONTEXT_MAX: define(integer(1, 1_000_000), 20_000, "characters of a selection"),
  BODY_LIMIT_KB: define(scaled(1, 102_400, 1024), 256 * 1024, "size of a request's body", {
    otherwise: "256",
  }),
  GUEST_RETENTION_DAYS: define(scaled(1, 3650, day), 30 * day, "how long an idle guest is kept", {
    otherwise: "30",
  }),
  ADMIN_API_KEY: define(secret(32), undefined, "opens the admin routes", {
    otherwise: "they stay closed",
    secret: true,
    affects: ["admin"],
  }),
  LOG_LEVEL: define(logLevel, "info", "least serious level that is logged", { otherwise: "INFO" }),
  LOG_FORMAT: define(choice(["text", "json"]), "text", "text or json"),
  TRUSTED_PROXIES: define(integer(0, 10), undefined, "proxies whose X-Forwarded-For counts", {
    otherwise: "1 on a Space, else 0",
  }),
} as const;

export type SettingName = keyof typeof definitions;

type Extras = Partial<Omit<Definition<never, never>, "kind" | "fallback" | "purpose">>;

function define<Value, const Fallback extends Value | undefined>(
  kind: Kind<Value>,
  fallback: Fallback,
  purpose: string,
  extras: Extras = {},
): Definition<Value, Fallback> {
  return { aliases: [], ...extras, kind, fallback, purpose };
}

function key(purpose: string): Definition<string, undefined> {
  return define(secret(1), undefined, purpose, { secret: true, affects: ["models"] });
}
