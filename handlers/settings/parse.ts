import { readBackup } from "./read-backup.ts";
import { readIdentityProvider } from "./identity-provider.ts";
import { hostForm, originForm, parseHost, parseOrigin, readList } from "./lists.ts";
import { readModels } from "./models.ts";
import { givenFor, listProblem, readAll, readNames, type SettingValues } from "./read.ts";
import type {
  DatabaseSettings,
  Environment,
  Settings,
  SettingsProblem,
  TokenSecret,
  VectorStoreSettings,
} from "./types.ts";

export interface ParsedSettings {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
}

/**
 * Settings out of any record of strings. Never throws: an invalid value is replaced by its default
 * and named among the problems, whose `affects` says what must not be served on that default.
 */
export function parseSettings(environment: Environment): ParsedSettings {
  const { values, problems: own } = readAll(environment);
  const unreadable = new Set(own.filter(({ code }) => code === "invalid").map(({ name }) => name));
  const isGiven = givenFor(environment, "DATABASE_URL").length > 0;
  const database = readDatabase(values.DATABASE_URL, isGiven);
  const backup = readBackup(values, database.kind === "embedded", unreadable);
  const space = readSpace(environment);
  const publicUrl = values.PUBLIC_URL ?? space.origins[0];
  const ownOrigins = values.PUBLIC_URL === undefined ? space.origins : [values.PUBLIC_URL];
  const origins = readOrigins(environment, ownOrigins);
  const hosts = readHosts(environment, [...ownOrigins, ...space.origins]);
  const signIn = readIdentityProvider(values, publicUrl, unreadable);
  const models = readModels(values, unreadable);
  const hasBrokenSecret = givenFor(environment, "JWT_SECRET").length > 0 && !values.JWT_SECRET;
  const secret = readSecret(values.JWT_SECRET, hasBrokenSecret, database);

  const settings: Settings = {
    server: {
      host: values.HOST,
      port: values.PORT,
      trustedProxies: values.TRUSTED_PROXIES ?? space.proxies,
      publicUrl,
      allowedOrigins: origins.allowed,
      allowedHosts: hosts.allowed,
      bodyLimit: values.BODY_LIMIT_KB,
    },
    dataDirectory: values.DATA_DIR,
    storage: space.isSpace && database.kind === "embedded" ? "until_restart" : "kept",
    database,
    backup: backup.backup,
    tokens: {
      secret,
      previousSecret: values.JWT_SECRET_PREVIOUS,
      accessTokenLifetime: values.ACCESS_TOKEN_MINUTES,
      refreshTokenLifetime: values.REFRESH_TOKEN_DAYS,
      sessionLifetime: values.SESSION_DAYS_MAX,
    },
    adminKey: values.ADMIN_API_KEY,
    identityProvider: signIn.identityProvider,
    models: {
      languageModels: models.languageModels,
      embedder: models.embedder,
      localEmbedder: { mode: values.LOCAL_EMBEDDER, model: values.LOCAL_EMBEDDER_MODEL },
      firstTokenTimeout: values.FIRST_TOKEN_TIMEOUT_SECONDS,
      idleTimeout: values.IDLE_TIMEOUT_SECONDS,
    },
    vectorStore: readVectorStore(values),
    documents: {
      directory: values.DOCUMENTS_DIR,
      urlBase: values.DOCUMENTS_URL_BASE,
      numberPrefixes: values.NUMBER_PREFIXES,
      sizeLimit: values.DOCUMENT_LIMIT_MB,
      suggestions: values.SUGGESTIONS,
    },
    site: {
      name: values.SITE_NAME,
      color: values.SITE_COLOR,
      welcome: values.SITE_WELCOME,
    },
    chat: {
      access: values.CHAT_ACCESS,
      rateLimit: values.CHAT_RATE_LIMIT,
      addressLimit: values.CHAT_ADDRESS_LIMIT,
      messageMaximum: values.CHAT_MESSAGE_MAX,
      contextMaximum: values.CHAT_CONTEXT_MAX,
      answerTokens: values.ANSWER_TOKENS_MAX,
      storeQuestions: values.STORE_QUESTIONS,
      offerModels: values.OFFER_MODELS,
    },
    budgets: { each: values.DAILY_TOKEN_BUDGET, total: values.DAILY_TOKEN_BUDGET_TOTAL },
    readRateLimit: values.READ_RATE_LIMIT,
    guestRetention: values.GUEST_RETENTION_DAYS,
    tracing: {
      endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      headers: values.OTEL_EXPORTER_OTLP_HEADERS,
      serviceName: values.OTEL_SERVICE_NAME,
    },
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  };
  const together = missingTogether(values, {
    secretIsMissing: isGiven && !values.JWT_SECRET && !hasBrokenSecret,
    qdrantIsMissing: givenFor(environment, "QDRANT_URL").length === 0,
  });
  const problems = [
    ...own,
    ...origins.problems,
    ...hosts.problems,
    ...backup.problems,
    ...signIn.problems,
    ...models.problems,
  ];
  return { settings, problems: [...problems, ...together] };
}

function readDatabase(url: string | undefined, isGiven: boolean): DatabaseSettings {
  if (!url) return { kind: isGiven ? "unusable" : "embedded" };
  const { hostname } = new URL(url);
  return { kind: /(^|\.)neon\.tech$/i.test(hostname) ? "neon" : "postgres", url };
}

function readSecret(
  value: string | undefined,
  isBroken: boolean,
  database: DatabaseSettings,
): TokenSecret {
  if (value) return { kind: "given", value };
  return { kind: database.kind === "embedded" && !isBroken ? "generate" : "missing" };
}

/**
 * The variables that a Hugging Face Space sets. Its edge adds exactly one X-Forwarded-For entry. With a custom domain,
 * SPACE_HOST is a list that begins with the Space's own address, the only one that its OAuth app leads back to.
 */
function readSpace(environment: Environment): {
  isSpace: boolean;
  origins: readonly string[];
  proxies: number;
} {
  const [hosts] = readNames(environment, ["SPACE_HOST"]);
  const isSpace = hosts !== undefined || readNames(environment, ["SPACE_ID"]).length > 0;
  const names = hosts?.text.split(",").filter((name) => !name.includes("*")) ?? [];
  const origins = names.flatMap((name) => parseOrigin(`https://${name.trim()}`) ?? []);
  return { isSpace, origins, proxies: isSpace ? 1 : 0 };
}

function readOrigins(
  environment: Environment,
  own: readonly string[],
): { allowed: readonly string[]; problems: readonly SettingsProblem[] } {
  const allowed = new Set(own);
  const problems: SettingsProblem[] = [];
  for (const { name, text } of givenFor(environment, "ALLOWED_ORIGINS")) {
    const { accepted, rejected } = readList(text, parseOrigin);
    for (const origin of accepted) allowed.add(origin);
    problems.push(...listProblem(name, rejected, originForm));
  }
  return { allowed: [...allowed], problems };
}

function readHosts(
  environment: Environment,
  own: readonly string[],
): { allowed: readonly string[]; problems: readonly SettingsProblem[] } {
  const allowed = own.map((url) => new URL(url).hostname);
  const problems: SettingsProblem[] = [];
  for (const { name, text } of givenFor(environment, "ALLOWED_HOSTS")) {
    const { accepted, rejected } = readList(text, parseHost);
    allowed.push(...accepted);
    problems.push(...listProblem(name, rejected, hostForm));
  }
  return { allowed: [...new Set(allowed)], problems };
}

function readVectorStore(values: SettingValues): VectorStoreSettings {
  if (!values.QDRANT_URL) return { kind: "postgres" };
  return {
    kind: "qdrant",
    url: values.QDRANT_URL,
    apiKey: values.QDRANT_API_KEY,
    collection: values.QDRANT_COLLECTION,
    payload: values.QDRANT_PAYLOAD,
  };
}

function missingTogether(
  values: SettingValues,
  found: { secretIsMissing: boolean; qdrantIsMissing: boolean },
): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (found.secretIsMissing) {
    problems.push({
      name: "JWT_SECRET",
      code: "missing",
      message:
        "DATABASE_URL is set, so JWT_SECRET is needed too: a secret of at least 32 bytes, the same on every instance (openssl rand -hex 32 makes one).",
      affects: ["auth"],
    });
  }
  if (values.QDRANT_PAYLOAD && found.qdrantIsMissing) {
    problems.push({
      name: "QDRANT_URL",
      code: "missing",
      message: "QDRANT_PAYLOAD is set: say in QDRANT_URL where that collection is.",
      affects: ["vector_store"],
    });
  }
  return problems;
}
