import type { Rate } from "./kinds.ts";
import type { PayloadMapping } from "./payload.ts";

/** Any record of strings: a process's environment, a worker's bindings, a test's object. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The part of the service that a problem affects. `database`, `auth`, `chat` and `admin` answer 503
 * `settings_missing`; without `models` and `vector_store` answers are degraded; without
 * `identity_provider` people sign in with passwords; without `backup` the embedded database is on its disk alone.
 */
export type Affected =
  | "database"
  | "auth"
  | "chat"
  | "admin"
  | "models"
  | "vector_store"
  | "identity_provider"
  | "backup";

/** A missing or invalid setting, for the operator. Holds names and expected forms, never a value. */
export interface SettingsProblem {
  /** The setting, under the name it was given (an alias, perhaps). */
  readonly name: string;
  readonly code: "missing" | "invalid" | "conflict";
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Empty where a default stands in and everything is served. */
  readonly affects: readonly Affected[];
}

export type DatabaseSettings =
  | { readonly kind: "embedded" }
  | { readonly kind: "neon" | "postgres"; readonly url: string }
  /** DATABASE_URL is there and unreadable: nothing may be written somewhere else instead. */
  | { readonly kind: "unusable" };

/** Where the embedded database is kept. Prefixes have no slash at their ends and may be empty. */
export type BackupSettings =
  | { readonly kind: "none" }
  /** BACKUP_URL is there and something is missing or unreadable: nothing is kept, and a problem says why. */
  | { readonly kind: "unusable" }
  | {
      readonly kind: "s3";
      /** A URL without a slash at the end; the bucket's name follows in its path. */
      readonly endpoint: string;
      readonly bucket: string;
      readonly prefix: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly passphrase: string | undefined;
    }
  | {
      readonly kind: "hub-dataset";
      readonly endpoint: string;
      /** `owner/name`. */
      readonly repository: string;
      readonly prefix: string;
      readonly token: string;
      readonly passphrase: string | undefined;
    }
  | {
      readonly kind: "folder";
      readonly directory: string;
      readonly passphrase: string | undefined;
    };

/** `generate`: made at first start and kept beside the embedded database. */
export type TokenSecret =
  | { readonly kind: "given"; readonly value: string }
  | { readonly kind: "generate" }
  | { readonly kind: "missing" };

export type RemoteProvider = "gemini" | "huggingface" | "openai" | "openrouter";

export interface RemoteModelChoice {
  readonly provider: RemoteProvider;
  readonly model: string;
  /** Undefined only for the operator's own OpenAI-compatible server, which may need no key. */
  readonly apiKey: string | undefined;
  /** Undefined: the provider's own. No slash at the end. */
  readonly baseUrl: string | undefined;
}

export interface LocalEmbedderSettings {
  /** `auto`: used where a model is there. `on`: its absence is reported. */
  readonly mode: "auto" | "on" | "off";
  /** A folder, or `owner/name[@revision]` on the model hub; undefined: whatever was fetched. */
  readonly model: string | undefined;
}

export type LanguageModelChoice = RemoteModelChoice | { readonly provider: "extractive" };

export type VectorStoreSettings =
  | { readonly kind: "postgres" }
  | {
      readonly kind: "qdrant";
      readonly url: string;
      readonly apiKey: string | undefined;
      readonly collection: string;
      /** Set: another system filled the collection, and Docent only reads it. */
      readonly payload: PayloadMapping | undefined;
    };

/** The identity provider that people may sign in with (OpenID Connect). */
export interface IdentityProviderSettings {
  /** The issuer. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Separated by spaces, `openid` among them. */
  readonly scopes: string;
}

/** Everything an operator can decide. Times are milliseconds, sizes bytes, unless a name says otherwise. */
export interface Settings {
  readonly server: {
    readonly host: string;
    /** 0: any free port. */
    readonly port: number;
    /** How many proxies in front append to X-Forwarded-For and are trusted. */
    readonly trustedProxies: number;
    /** The server's public address without a slash at the end; undefined where it is not known. */
    readonly publicUrl: string | undefined;
    /** Origins, and patterns such as `https://*.example.app`, that browsers may call from. */
    readonly allowedOrigins: readonly string[];
    /** Host names, besides local ones, under which a browser on this machine may call. */
    readonly allowedHosts: readonly string[];
    /** Of a request's body. */
    readonly bodyLimit: number;
  };
  /** The embedded database and the generated secret live here. */
  readonly dataDirectory: string;
  /** `until_restart`: a Space's own disk, which is emptied when it starts again. */
  readonly storage: "kept" | "until_restart";
  readonly database: DatabaseSettings;
  readonly backup: BackupSettings;
  readonly tokens: {
    readonly secret: TokenSecret;
    /** Verifies still, never signs. */
    readonly previousSecret: string | undefined;
    readonly accessTokenLifetime: number;
    readonly refreshTokenLifetime: number;
    /** Of a session, however often it is refreshed. */
    readonly sessionLifetime: number;
  };
  /** Undefined: admin routes answer 503 `settings_missing`. */
  readonly adminKey: string | undefined;
  /** Undefined: nobody signs in with Hugging Face. Where it is set, so is `server.publicUrl`. */
  readonly identityProvider: IdentityProviderSettings | undefined;
  readonly models: {
    /** In order of fallback; never empty. */
    readonly languageModels: readonly LanguageModelChoice[];
    readonly embedder: RemoteModelChoice | undefined;
    /** The embedder in the box, where no remote one is configured. */
    readonly localEmbedder: LocalEmbedderSettings;
    readonly firstTokenTimeout: number;
    readonly idleTimeout: number;
  };
  readonly vectorStore: VectorStoreSettings;
  readonly documents: {
    /** Undefined: Docent's own README. */
    readonly directory: string | undefined;
    /** No slash at the end. */
    readonly urlBase: string | undefined;
    /** Of numbers that only sort files, in addresses and titles. */
    readonly numberPrefixes: "keep" | "drop";
    /** Of one document. */
    readonly sizeLimit: number;
    /** First questions; undefined: from the documents' headings. */
    readonly suggestions: readonly string[] | undefined;
  };
  /** What the page shows; undefined: Docent's own. */
  readonly site: {
    readonly name: string | undefined;
    /** `#rrggbb`, in lower case. */
    readonly color: string | undefined;
    readonly welcome: string | undefined;
  };
  readonly chat: {
    readonly access: "public" | "users";
    readonly rateLimit: Rate;
    /** For all callers at one address together. */
    readonly addressLimit: Rate;
    /** Characters. */
    readonly messageMaximum: number;
    /** Characters. */
    readonly contextMaximum: number;
    /** Tokens that a language model may spend on one answer. */
    readonly answerTokens: number;
    /** Whether the operator may read what is asked, answered and noted from now on. */
    readonly storeQuestions: "on" | "off";
    /** Whether API keys with the scope `models` may ask the models directly. */
    readonly offerModels: "on" | "off";
  };
  /** Tokens a day (UTC), input and output together; undefined: no limit. */
  readonly budgets: {
    /** Of each user, and of all guests of an address. */
    readonly each: number | undefined;
    readonly total: number | undefined;
  };
  /** For one user or address on one instance: requests that no other limit counts. */
  readonly readRateLimit: Rate;
  /** How long an idle guest and what is theirs are kept. */
  readonly guestRetention: number;
  readonly tracing: {
    /** Of the collector, without a slash at the end; undefined: nothing is traced. */
    readonly endpoint: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
    readonly serviceName: string;
  };
  readonly log: {
    readonly level: "debug" | "info" | "warn" | "error";
    readonly format: "text" | "json";
  };
}
