import { describe, expect, test } from "vitest";
import {
  describeSettings,
  parseSettings,
  type Environment,
} from "../../../handlers/settings/index.ts";

const secret = "k".repeat(32);
const neon = "postgresql://user:pass@ep-1.eu-central-1.aws.neon.tech/docs";

const settingsOf = (environment: Environment) => parseSettings(environment).settings;
const problemsOf = (environment: Environment) => parseSettings(environment).problems;
const namesOf = (environment: Environment) => problemsOf(environment).map(({ name }) => name);

describe("no settings at all", () => {
  const { settings, problems } = parseSettings({});

  test("are a complete configuration", () => {
    expect(problems).toEqual([]);
    expect(settings.server).toEqual({
      host: "0.0.0.0",
      port: 7860,
      trustedProxies: 0,
      publicUrl: undefined,
      allowedHosts: [],
      allowedOrigins: [],
      bodyLimit: 262_144,
    });
    expect(settings.database).toEqual({ kind: "embedded" });
    expect(settings.tokens.secret).toEqual({ kind: "generate" });
    expect(settings.models.languageModels).toEqual([{ provider: "extractive" }]);
    expect(settings.vectorStore).toEqual({ kind: "postgres" });
    expect(settings.adminKey).toBeUndefined();
    expect(settings.chat).toEqual({
      access: "public",
      rateLimit: { limit: 10, window: 60_000 },
      addressLimit: { limit: 100, window: 60_000 },
      messageMaximum: 2000,
      contextMaximum: 20_000,
      answerTokens: 4096,
      storeQuestions: "off",
      offerModels: "off",
    });
    expect(settings.documents.sizeLimit).toBe(10_485_760);
    expect(settings.log).toEqual({ level: "info", format: "text" });
  });

  test("leave the page as it is", () => {
    expect(settings.site).toEqual({ name: undefined, color: undefined, welcome: undefined });
    expect(settings.documents.suggestions).toBeUndefined();
  });

  test("mean times in milliseconds", () => {
    expect(settings.tokens.accessTokenLifetime).toBe(30 * 60_000);
    expect(settings.tokens.refreshTokenLifetime).toBe(30 * 86_400_000);
    expect(settings.tokens.sessionLifetime).toBe(90 * 86_400_000);
    expect(settings.models.firstTokenTimeout).toBe(20_000);
    expect(settings.models.idleTimeout).toBe(30_000);
    expect(settings.guestRetention).toBe(30 * 86_400_000);
  });

  test("are what blank values mean, too", () => {
    const blank = Object.fromEntries(describeSettings({}).map(({ name }) => [name, " \t\n"]));
    expect(parseSettings(blank)).toEqual({ settings, problems: [] });
  });
});

test("a worker's bindings that are no strings are missing, not a crash", () => {
  const bindings = { PORT: { get: () => 1 }, SPACE_HOST: 7, JWT_SECRET: null };
  expect(parseSettings(bindings as unknown as Environment)).toEqual(parseSettings({}));
});

describe("names and aliases", () => {
  test.each(["DATABASE_URL", "NEON_DATABASE_URL", "POSTGRES_URL"])("%s is the database", (name) => {
    const { settings, problems } = parseSettings({ [name]: ` ${neon}\n`, JWT_SECRET: secret });
    expect(settings.database).toEqual({ kind: "neon", url: neon });
    expect(problems).toEqual([]);
  });

  test.each(["JWT_SECRET", "BETTER_AUTH_SECRET", "SECRET_KEY"])("%s signs tokens", (name) => {
    const { tokens } = settingsOf({ [name]: secret });
    expect(tokens.secret).toEqual({ kind: "given", value: secret });
  });

  test("the rest of the aliases work", () => {
    const settings = settingsOf({
      ACCESS_TOKEN_EXPIRE_MINUTES: "5",
      QDRANT_URL: "https://q.example.com:6333/prefix/",
      QDRANT_COLLECTION_NAME: "book",
    });
    expect(settings.tokens.accessTokenLifetime).toBe(300_000);
    expect(settings.vectorStore).toEqual({
      kind: "qdrant",
      url: "https://q.example.com:6333/prefix",
      apiKey: undefined,
      collection: "book",
      payload: undefined,
    });
  });

  test("the first name wins, and a different value under another is named without its value", () => {
    const other = "a".repeat(40);
    const { settings, problems } = parseSettings({ SECRET_KEY: other, JWT_SECRET: secret });
    expect(settings.tokens.secret).toEqual({ kind: "given", value: secret });
    expect(problems).toEqual([
      expect.objectContaining({ name: "SECRET_KEY", code: "conflict", affects: [] }),
    ]);
    expect(JSON.stringify(problems)).not.toContain(other);
  });

  test("the same value under two names is fine", () => {
    expect(problemsOf({ JWT_SECRET: secret, SECRET_KEY: `${secret} ` })).toEqual([]);
  });
});

describe("an invalid value", () => {
  test.each([
    ["PORT", "abc"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "1e3"],
    ["HOST", "not a host"],
    ["ACCESS_TOKEN_MINUTES", "50000"],
    ["REFRESH_TOKEN_DAYS", "1.5"],
    ["TRUSTED_PROXIES", "yes"],
    ["CHAT_RATE_LIMIT", "77"],
    ["CHAT_RATE_LIMIT", "0/7s"],
    ["CHAT_RATE_LIMIT", "10/48h"],
    ["CHAT_ADDRESS_LIMIT", "many"],
    ["SESSION_DAYS_MAX", "1.5"],
    ["CHAT_ACCESS", "members"],
    ["LOG_LEVEL", "loud"],
    ["LOG_FORMAT", "xml"],
    ["JWT_SECRET", "k".repeat(31)],
    ["ADMIN_API_KEY", "short"],
    ["DATABASE_URL", "mysql://user@host/db"],
    ["DATABASE_URL", "postgresql://user:p%ss word@/db"],
    ["DATABASE_URL", "postgresql://user:100%sure@host/db"],
    ["QDRANT_URL", "q.example.com:6333"],
    ["OPENAI_BASE_URL", "https://user:pass@models.example.com/v1"],
    ["QDRANT_PAYLOAD", "path=source"],
    ["DOCUMENTS_URL_BASE", "javascript:alert(1)"],
    ["DOCUMENTS_URL_BASE", "//evil.example.com"],
    ["OPENAI_MODEL", "two words"],
    ["GEMINI_API_KEY", "a\u0000b"],
  ])("%s=%s is a named problem that does not repeat it", (name, value) => {
    const problems = problemsOf({ JWT_SECRET: secret, [name]: value });
    const problem = problems.find((candidate) => candidate.name === name);
    expect(problem).toMatchObject({ code: "invalid" });
    expect(problem?.message).toContain(name);
    expect(problem?.message).not.toContain(value);
  });

  test("falls back to its default where that is harmless", () => {
    const { settings, problems } = parseSettings({ PORT: "abc" });
    expect(settings).toEqual(settingsOf({}));
    expect(problems).toMatchObject([{ affects: [] }]);
  });

  test("closes what depends on it where the default is not harmless", () => {
    expect(problemsOf({ CHAT_ACCESS: "members" })).toMatchObject([{ affects: ["chat"] }]);
    expect(problemsOf({ ADMIN_API_KEY: "short" })).toMatchObject([{ affects: ["admin"] }]);
    const { settings, problems } = parseSettings({ DATABASE_URL: "host/db", JWT_SECRET: secret });
    expect(settings.database).toEqual({ kind: "unusable" });
    expect(problems).toMatchObject([{ affects: ["database"] }]);
  });

  test("of a secret is never quietly replaced by a generated one", () => {
    const { settings, problems } = parseSettings({ JWT_SECRET: "short" });
    expect(settings.tokens.secret).toEqual({ kind: "missing" });
    expect(problems).toMatchObject([{ name: "JWT_SECRET", affects: ["auth"] }]);
  });
});

test("a secret's length is counted in bytes, not characters", () => {
  expect(namesOf({ JWT_SECRET: "ключ".repeat(4) })).toEqual([]);
  expect(namesOf({ JWT_SECRET: "ключ".repeat(3) })).toEqual(["JWT_SECRET"]);
});

describe("the database", () => {
  test("needs JWT_SECRET, valid or not", () => {
    for (const url of [neon, "nonsense"]) {
      const { settings, problems } = parseSettings({ DATABASE_URL: url });
      expect(settings.tokens.secret).toEqual({ kind: "missing" });
      expect(problems).toContainEqual(
        expect.objectContaining({ name: "JWT_SECRET", code: "missing", affects: ["auth"] }),
      );
    }
  });

  test.each([
    ["postgres://u:p@EP-1.Neon.Tech/db", "neon"],
    ["postgresql+asyncpg://u:p@ep-1.neon.tech/db", "neon"],
    ["postgres://u:p@db.example.com:5432/neon.tech", "postgres"],
    ["postgres://u:p@notneon.tech/db", "postgres"],
    ["postgres://u:p@neon.tech.example.com/db", "postgres"],
  ])("at %s is of kind %s", (url, kind) => {
    expect(settingsOf({ DATABASE_URL: url }).database).toMatchObject({ kind });
  });
});

test("QDRANT_PAYLOAD maps the fields of somebody else's collection, and needs QDRANT_URL", () => {
  const QDRANT_PAYLOAD = "text=content, path=meta.file_path,heading_path=heading_path";
  const { settings, problems } = parseSettings({ QDRANT_PAYLOAD, QDRANT_URL: "http://q:6333" });
  expect(settings.vectorStore).toMatchObject({
    payload: { text: "content", path: "meta.file_path", heading_path: "heading_path" },
  });
  expect(problems).toEqual([]);
  expect(namesOf({ QDRANT_PAYLOAD })).toEqual(["QDRANT_URL"]);
});

test("LOG_LEVEL takes any case, and WARNING", () => {
  expect(settingsOf({ LOG_LEVEL: "Warning" }).log.level).toBe("warn");
  expect(settingsOf({ LOG_LEVEL: "DEBUG" }).log.level).toBe("debug");
});

describe("the page's settings", () => {
  test("are a name, a colour, a text and questions", () => {
    const { settings, problems } = parseSettings({
      SITE_NAME: " Ask Ada ",
      SITE_COLOR: "#6B1D58",
      SITE_WELCOME: "Answers about engines.",
      SUGGESTIONS: "What is it, and why?| |How does it run?\nWhat is it, and why?",
    });
    expect(problems).toEqual([]);
    expect(settings.site).toEqual({
      name: "Ask Ada",
      color: "#6b1d58",
      welcome: "Answers about engines.",
    });
    expect(settings.documents.suggestions).toEqual(["What is it, and why?", "How does it run?"]);
  });

  test.each([
    ["SITE_NAME", "n".repeat(61)],
    ["SITE_NAME", "two\nlines"],
    ["SITE_COLOR", "green"],
    ["SITE_COLOR", "#123"],
    ["SITE_COLOR", "#123456;}body{display:none"],
    ["SITE_WELCOME", "w".repeat(501)],
    ["SUGGESTIONS", "|"],
    ["SUGGESTIONS", "q".repeat(201)],
    ["SUGGESTIONS", Array.from({ length: 13 }, (_, index) => `Question ${index}?`).join("|")],
  ])("%s as %j is named, and Docent's own is shown", (name, value) => {
    const { settings, problems } = parseSettings({ [name]: value });
    expect(problems).toMatchObject([{ name, code: "invalid", affects: [] }]);
    expect(settings.site).toEqual({ name: undefined, color: undefined, welcome: undefined });
    expect(settings.documents.suggestions).toBeUndefined();
  });
});
