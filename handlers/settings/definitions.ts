import { backupDefinitions } from "./backup.ts";
import { define, modelKey } from "./define.ts";
import {
  choice,
  color,
  headerSecret,
  host,
  identifier,
  integer,
  list,
  modelReference,
  originUrl,
  postgresUrl,
  questions,
  rate,
  scaled,
  oauthScopes,
  secret,
  shortText,
  text,
  url,
  urlBase,
} from "./kinds.ts";
import { payload } from "./payload.ts";
import { watchingDefinitions } from "./watching.ts";

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const onOff = choice(["on", "off"]);

const tokens = integer(1, 9_999_999_999);

const megabytes = scaled(1, 100, 1024 * 1024);

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
  DATA_DIR: define(text, ".data", "folder of database, secret and models", {
    affects: ["database"],
  }),
  ...backupDefinitions,
  JWT_SECRET: define(secret(32), undefined, "signs tokens; required with DATABASE_URL", {
    aliases: ["BETTER_AUTH_SECRET", "SECRET_KEY"],
    otherwise: "generated, in DATA_DIR",
    secret: true,
    affects: ["auth"],
  }),
  JWT_SECRET_PREVIOUS: define(secret(32), undefined, "earlier secret, still accepted", {
    secret: true,
  }),
  ACCESS_TOKEN_MINUTES: define(
    scaled(1, 43_200, minute),
    30 * minute,
    "minutes that an access token is valid",
    { aliases: ["ACCESS_TOKEN_EXPIRE_MINUTES"], otherwise: "30" },
  ),
  REFRESH_TOKEN_DAYS: define(scaled(1, 365, day), 30 * day, "days until an idle sign-in ends", {
    otherwise: "30",
  }),
  SESSION_DAYS_MAX: define(
    scaled(1, 3650, day),
    90 * day,
    "days until any sign-in ends, also one in use",
    { otherwise: "90" },
  ),
  ALLOWED_ORIGINS: define(list, "", "origins whose pages may call and frame Docent", {
    aliases: ["CORS_ALLOWED_ORIGINS"],
    otherwise: "none but a Space's own",
    merges: true,
  }),
  ALLOWED_HOSTS: define(
    list,
    "",
    "host names under which browsers on this machine may call Docent",
    { otherwise: "local ones, and those of PUBLIC_URL and of a Space" },
  ),
  PUBLIC_URL: define(originUrl, undefined, "public address of this server", {
    otherwise: "a Space's own address",
    affects: ["identity_provider"],
  }),
  OAUTH_CLIENT_ID: define(
    text,
    undefined,
    "turns on Sign in with Hugging Face; a Space sets it (hf_oauth)",
    { affects: ["identity_provider"] },
  ),
  OAUTH_CLIENT_SECRET: define(secret(1), undefined, "secret of OAUTH_CLIENT_ID", {
    secret: true,
    affects: ["identity_provider"],
  }),
  OAUTH_SCOPES: define(oauthScopes, "openid profile", "OpenID scopes to request", {
    affects: ["identity_provider"],
  }),
  OPENID_PROVIDER_URL: define(url, "https://huggingface.co", "OpenID provider", {
    affects: ["identity_provider"],
  }),
  LANGUAGE_MODELS: define(list, "", "order in which language models are tried", {
    otherwise: "gemini,huggingface,openai,openrouter",
  }),
  GEMINI_API_KEY: modelKey("key for Google's Gemini models"),
  GEMINI_MODEL: define(identifier, "gemini-3.5-flash-lite", "Gemini's language model"),
  GEMINI_EMBEDDING_MODEL: define(identifier, "gemini-embedding-001", "Gemini's embedding model"),
  HF_TOKEN: modelKey("token for Hugging Face's inference providers"),
  HF_MODEL: define(identifier, "openai/gpt-oss-120b:fastest", "Hugging Face's language model"),
  OPENAI_API_KEY: modelKey("key for OpenAI, or for the server at OPENAI_BASE_URL"),
  OPENAI_BASE_URL: define(url, undefined, "any OpenAI-compatible server: Ollama, vLLM, Groq", {
    otherwise: "OpenAI's own",
    affects: ["models"],
  }),
  OPENAI_MODEL: define(identifier, undefined, "its language model", {
    otherwise: "gpt-6-luna; none with OPENAI_BASE_URL",
    affects: ["models"],
  }),
  OPENAI_EMBEDDING_MODEL: define(identifier, undefined, "its embedding model", {
    otherwise: "text-embedding-3-small; none with OPENAI_BASE_URL",
    affects: ["models"],
  }),
  OPENROUTER_API_KEY: modelKey("key for OpenRouter"),
  OPENROUTER_MODEL: define(identifier, "openrouter/auto", "OpenRouter's language model"),
  LOCAL_EMBEDDER: define(
    choice(["auto", "on", "off"]),
    "auto",
    "turns the built-in embedder on or off: auto, on or off",
    { otherwise: "auto: on if a model is there and no remote embedder is set" },
  ),
  LOCAL_EMBEDDER_MODEL: define(modelReference, undefined, "its model: a folder, or owner/name", {
    otherwise: "the one fetched last, or the image's",
    affects: ["models"],
  }),
  FIRST_TOKEN_TIMEOUT_SECONDS: define(
    scaled(1, 600, second),
    20 * second,
    "seconds until the next language model is tried if no token comes",
    { otherwise: "20" },
  ),
  IDLE_TIMEOUT_SECONDS: define(
    scaled(1, 600, second),
    30 * second,
    "longest pause inside a language model's answer, in seconds",
    { otherwise: "30" },
  ),
  ANSWER_TOKENS_MAX: define(
    integer(64, 1_000_000),
    4096,
    "tokens per answer, at most, and 8 characters for each of them",
  ),
  DAILY_TOKEN_BUDGET: define(
    tokens,
    undefined,
    "tokens a day (UTC) of a user, or of a guest's address; beyond them answers are quotes",
    { otherwise: "no limit", affects: ["chat"] },
  ),
  DAILY_TOKEN_BUDGET_TOTAL: define(tokens, undefined, "tokens a day (UTC) of all callers", {
    otherwise: "no limit",
    affects: ["chat"],
  }),
  QDRANT_URL: define(url, undefined, "Qdrant server for the vectors, with port", {
    otherwise: "pgvector, in the database",
    affects: ["vector_store"],
  }),
  QDRANT_API_KEY: define(headerSecret(1), undefined, "key of the Qdrant server", {
    secret: true,
    affects: ["vector_store"],
  }),
  QDRANT_COLLECTION: define(identifier, "docent", "Qdrant collection of the passages", {
    aliases: ["QDRANT_COLLECTION_NAME"],
    affects: ["vector_store"],
  }),
  QDRANT_PAYLOAD: define(payload, undefined, "fields of a collection made elsewhere", {
    otherwise: "Docent's own fields",
    affects: ["vector_store"],
  }),
  DOCUMENTS_DIR: define(text, undefined, "folder to ingest at start", {
    otherwise: "Docent's README",
  }),
  DOCUMENTS_URL_BASE: define(urlBase, undefined, "address of the published documents"),
  NUMBER_PREFIXES: define(
    choice(["drop", "keep"]),
    "drop",
    "drop or keep the 02- of 02-setup.md in addresses and titles",
  ),
  DOCUMENT_LIMIT_MB: define(megabytes, 10 * 1024 * 1024, "maximum size of a document, in MB", {
    otherwise: "10",
  }),
  SUGGESTIONS: define(
    questions,
    undefined,
    "first questions on the page, separated by a vertical bar",
    {
      otherwise: "from the documents' questions and titles",
    },
  ),
  SITE_NAME: define(shortText(60), undefined, "name of the page", { otherwise: "Docent" }),
  SITE_COLOR: define(color, undefined, "accent colour of the page, such as #1d6b58", {
    otherwise: "Docent's green",
  }),
  SITE_WELCOME: define(shortText(500), undefined, "text below the page's first heading", {
    otherwise: "Docent's own",
  }),
  CHAT_ACCESS: define(choice(["public", "users"]), "public", "who may chat: public or users", {
    affects: ["chat"],
  }),
  CHAT_RATE_LIMIT: define(
    rate,
    { limit: 10, window: minute },
    "chat messages of a user, or of a guest's address",
    { otherwise: "10/60s" },
  ),
  CHAT_ADDRESS_LIMIT: define(
    rate,
    { limit: 100, window: minute },
    "chat messages of an address, of all its users together",
    { otherwise: "100/60s" },
  ),
  READ_RATE_LIMIT: define(
    rate,
    { limit: 300, window: minute },
    "other requests of a user, or of an address",
    { otherwise: "300/60s" },
  ),
  CHAT_MESSAGE_MAX: define(integer(1, 100_000), 2000, "characters per message, at most"),
  CHAT_CONTEXT_MAX: define(integer(1, 1_000_000), 20_000, "characters per selection, at most"),
  BODY_LIMIT_KB: define(scaled(1, 102_400, 1024), 256 * 1024, "KB per request body", {
    otherwise: "256",
  }),
  STORE_QUESTIONS: define(onOff, "off", "lets the operator read what is asked: on or off"),
  OFFER_MODELS: define(onOff, "off", "lets keys with the scope `models` ask the models directly"),
  GUEST_RETENTION_DAYS: define(scaled(1, 3650, day), 30 * day, "days that an idle guest is kept", {
    otherwise: "30",
  }),
  ADMIN_API_KEY: define(headerSecret(32), undefined, "key for the operator's routes", {
    otherwise: "none: those routes stay closed",
    secret: true,
    affects: ["admin"],
  }),
  ...watchingDefinitions,
  TRUSTED_PROXIES: define(integer(0, 10), undefined, "number of trusted proxies in front", {
    otherwise: "1 on a Space, else 0",
  }),
} as const;

export type SettingName = keyof typeof definitions;
