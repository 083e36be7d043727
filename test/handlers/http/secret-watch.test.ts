import { expect, test } from "vitest";
import { createSecretWatch } from "../../support/secret-watch.ts";

const headers = new Headers({ authorization: "Bearer the-callers-token" });

test.each([
  ["a setting in a log", "logged", "asking with sk-very-secret"],
  ["a setting in an answer", "answered", "sk-very-secret is wrong"],
  ["a database's password in a log", "logged", "cannot connect to postgres://me:hush-hush@host/"],
  ["a caller's token in a log", "logged", '{"authorization":"the-callers-token"}'],
  ["a caller's password in an answer", "answered", '"korrekt pferd" is too short'],
  ["an address in a log", "logged", "registered ada@example.org"],
  ["a token from a route that issues none", "answered", '{"access_token":"a-new-token"}'],
])("%s is found, and not repeated", (_, where, text) => {
  const watch = createSecretWatch();
  watch.setting({
    OPENAI_API_KEY: " sk-very-secret ",
    DATABASE_URL: "postgres://me:hush-hush@host/db",
    PORT: "7860",
  });
  const body = JSON.stringify({ email: "ada@example.org", password: "korrekt pferd" });
  watch.asked(headers, body);
  watch.answered("/api/auth/login", '{"access_token":"a-login-token"}');
  watch.logged("request method=GET route=/health");
  watch.answered("/api/auth/me", '{"email":"ada@example.org"}');
  expect(watch.leaks()).toEqual([]);
  if (where === "logged") watch.logged(text);
  else watch.answered("/api/tasks?q=1", text);
  const leaks = watch.leaks();
  expect(leaks).toHaveLength(1);
  expect(leaks[0]).toMatch(where === "logged" ? /^log/ : /^answer \/api\/tasks:/);
  expect(leaks[0]).not.toMatch(/sk-very|hush|callers|korrekt|ada@|a-new/);
});

test("what was issued must not come up again, be it by a route that issues others", () => {
  const watch = createSecretWatch();
  watch.answered("/api/auth/login", '{"access_token": "first-token"}');
  watch.answered("/api/auth/refresh", '{"access_token":"second-token"}');
  expect(watch.leaks()).toEqual([]);
  watch.answered("/api/auth/login", '{"detail":"not first-token"}');
  expect(watch.leaks()).toHaveLength(1);
});
