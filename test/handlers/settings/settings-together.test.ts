import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "../../../handlers/settings/index.ts";

const settingsOf = (environment: Environment) => parseSettings(environment).settings;
const problemsOf = (environment: Environment) => parseSettings(environment).problems;
const namesOf = (environment: Environment) => problemsOf(environment).map(({ name }) => name);
const orderOf = (environment: Environment) =>
  settingsOf(environment).models.languageModels.map(({ provider }) => provider);

describe("origins", () => {
  test("of both names merge, once each, in the form browsers send", () => {
    const { settings, problems } = parseSettings({
      ALLOWED_ORIGINS: "https://App.example.com/, http://localhost:3000",
      CORS_ALLOWED_ORIGINS: "https://app.example.com:443\nhttps://*.example.app",
    });
    expect(settings.server.allowedOrigins).toEqual([
      "https://app.example.com",
      "http://localhost:3000",
      "https://*.example.app",
    ]);
    expect(problems).toEqual([]);
  });

  test.each([
    "*",
    "null",
    "https://*",
    "https://*.com",
    "https://*.*.example.app",
    "https://a.*.example.app",
    "https://*.10.0.0.1",
    "https://app.example.com/path",
    "https://user@example.com",
    "app.example.com",
    "ftp://example.com",
  ])("refuse %s and keep the others", (origin) => {
    const { settings, problems } = parseSettings({
      CORS_ALLOWED_ORIGINS: `https://a.example.com,${origin}`,
    });
    expect(settings.server.allowedOrigins).toEqual(["https://a.example.com"]);
    expect(problems).toMatchObject([
      { name: "CORS_ALLOWED_ORIGINS", code: "invalid", message: /^Entry 2 / },
    ]);
  });
});

describe("on a Space", () => {
  test("its own origin is allowed, public, and behind one proxy", () => {
    const { server } = settingsOf({ SPACE_ID: "me/docs", SPACE_HOST: "me-docs.hf.space" });
    expect(server.publicUrl).toBe("https://me-docs.hf.space");
    expect(server.allowedOrigins).toEqual(["https://me-docs.hf.space"]);
    expect(server.trustedProxies).toBe(1);
  });

  test("with a custom domain both origins are allowed, and the Space's own is public", () => {
    const { server } = settingsOf({ SPACE_HOST: "me-docs.hf.space,docs.example.com" });
    const origins = ["https://me-docs.hf.space", "https://docs.example.com"];
    expect([server.publicUrl, server.allowedOrigins]).toEqual([origins[0], origins]);
    expect(server.allowedHosts).toEqual(["me-docs.hf.space", "docs.example.com"]);
  });

  test("TRUSTED_PROXIES can still say otherwise, but an invalid one cannot", () => {
    expect(settingsOf({ SPACE_ID: "me/docs", TRUSTED_PROXIES: "0" }).server.trustedProxies).toBe(0);
    expect(settingsOf({ SPACE_ID: "me/docs", TRUSTED_PROXIES: "x" }).server.trustedProxies).toBe(1);
  });

  test("a host that is none is not believed", () => {
    for (const host of ["*.hf.space", "a b", "evil.com/path", "u@evil.com"]) {
      expect(settingsOf({ SPACE_HOST: host }).server.publicUrl).toBeUndefined();
    }
  });
});

describe("language models", () => {
  const keys = { GEMINI_API_KEY: "g", HF_TOKEN: "h", OPENAI_API_KEY: "o", OPENROUTER_API_KEY: "r" };

  test("are those with a key, in the default order", () => {
    expect(orderOf(keys)).toEqual(["gemini", "huggingface", "openai", "openrouter"]);
    expect(orderOf({ OPENROUTER_API_KEY: "r", HF_TOKEN: "h" })).toEqual([
      "huggingface",
      "openrouter",
    ]);
  });

  test("LANGUAGE_MODELS names which of them, in which order", () => {
    expect(orderOf({ ...keys, LANGUAGE_MODELS: "OpenRouter,\n gemini" })).toEqual([
      "openrouter",
      "gemini",
    ]);
    expect(orderOf({ ...keys, LANGUAGE_MODELS: "extractive" })).toEqual(["extractive"]);
  });

  test("naming an unknown or unconfigured one is a problem, and the others still answer", () => {
    const environment = { HF_TOKEN: "h", LANGUAGE_MODELS: "gemini,claude,huggingface" };
    expect(orderOf(environment)).toEqual(["huggingface"]);
    const problems = problemsOf(environment);
    expect(problems).toMatchObject([
      { name: "LANGUAGE_MODELS", code: "invalid" },
      { name: "LANGUAGE_MODELS", code: "missing" },
    ]);
    expect(problems[1]?.message).toContain("GEMINI_API_KEY");
  });

  test("a server of one's own needs a model's name and no key", () => {
    const own = { OPENAI_BASE_URL: "http://localhost:11434/v1/" };
    expect(namesOf(own)).toEqual(["OPENAI_MODEL"]);
    expect(orderOf(own)).toEqual(["extractive"]);
    const { models } = settingsOf({ ...own, OPENAI_MODEL: "llama3.2:3b" });
    expect(models.languageModels).toEqual([
      {
        provider: "openai",
        model: "llama3.2:3b",
        apiKey: undefined,
        baseUrl: "http://localhost:11434/v1",
      },
    ]);
    expect(models.embedder).toBeUndefined();
  });

  test("a server of one's own may embed and answer nothing, whatever else answers", () => {
    const baseUrl = "http://localhost:8080/v1";
    const own = { OPENAI_BASE_URL: baseUrl, OPENAI_EMBEDDING_MODEL: "bge-m3" };
    const embedder = { provider: "openai", model: "bge-m3", apiKey: undefined, baseUrl };
    expect(namesOf(own)).toEqual([]);
    expect(orderOf(own)).toEqual(["extractive"]);
    expect(settingsOf(own).models.embedder).toEqual(embedder);
    expect(orderOf({ ...own, GEMINI_API_KEY: "g" })).toEqual(["gemini"]);
    expect(settingsOf({ ...own, GEMINI_API_KEY: "g" }).models.embedder).toEqual(embedder);
    const named = problemsOf({ ...own, LANGUAGE_MODELS: "openai" });
    expect(named).toMatchObject([{ message: expect.stringContaining("set OPENAI_MODEL") }]);
  });

  test("a mistyped OPENAI_BASE_URL does not send its key to OpenAI", () => {
    const environment = { OPENAI_API_KEY: "o", OPENAI_BASE_URL: "localhost:11434" };
    expect(orderOf(environment)).toEqual(["extractive"]);
    expect(namesOf(environment)).toEqual(["OPENAI_BASE_URL"]);
  });

  test("one with embeddings embeds too", () => {
    expect(settingsOf({ OPENAI_API_KEY: "o" }).models.embedder).toMatchObject({
      provider: "openai",
      model: "text-embedding-3-small",
    });
    expect(settingsOf(keys).models.embedder).toMatchObject({ model: "gemini-embedding-001" });
    expect(settingsOf({ HF_TOKEN: "h" }).models.embedder).toBeUndefined();
  });
});
