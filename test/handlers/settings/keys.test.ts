import { expect, test } from "vitest";
import { parseSettings } from "../../../handlers/settings/index.ts";

// As word processors and web pages make of a key: no header can hold it, so no request could be sent.
test.each([
  ["OPENAI_API_KEY", "sk-1\u200b"],
  ["HF_TOKEN", "“hf_1”"],
  ["OPENROUTER_API_KEY", "sk–or–1"],
  ["QDRANT_API_KEY", "qd\u2011key"],
  ["ADMIN_API_KEY", "ключ".repeat(8)],
  ["ADMIN_API_KEY", "schlüssel".repeat(4)],
  ["BACKUP_HF_TOKEN", "hf_…1"],
  ["BACKUP_ACCESS_KEY_ID", "AKIA\u2060"],
  ["OTEL_EXPORTER_OTLP_HEADERS", "api-key=%E2%80%9Ck%E2%80%9D"],
])("%s=%s is named, and not repeated", (name, value) => {
  const { problems } = parseSettings({ [name]: value });
  const problem = problems.find((each) => each.name === name);
  expect(problem).toMatchObject({ code: "invalid" });
  expect(problem?.message).not.toContain(value);
});
