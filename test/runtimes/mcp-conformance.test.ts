import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../support/servers/temporary-directory.ts";
import { startTestServer, type TestServer } from "../support/servers/test-server.ts";

const suite = resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js");

/**
 * The scenarios of each revision that fit Docent, with the checks that do not. Left out are those that need
 * the package's own reference tools (most of `tools-call-…`, `input-required-result-…`, `elicitation-…`,
 * `json-schema-2020-12`, `http-custom-header-server-validation`) and those of what Docent does not offer: prompts,
 * resources, completions, logging, and tasks of the protocol, an extension.
 */
const fitting: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "2026-07-28": {
    "tools-list": [],
    "dns-rebinding-protection": [],
    "http-header-validation": [],
    "server-sse-multiple-streams": [],
    "sep-2164-resource-not-found": [],
    "input-required-result-unsupported-methods": [],
    "input-required-result-validate-input": [],
    "server-stateless": [
      // These need the reference tools.
      "sep-2575-http-server-no-independent-requests-on-stream",
      "sep-2575-missing-capability-http-400",
      "sep-2575-server-no-log-without-loglevel",
      "sep-2575-server-rejects-undeclared-capability",
      // The tools never change, so subscriptions are refused.
      "sep-2575-server-sends-subscription-ack",
      "sep-2575-server-tags-subscription-id",
    ],
    caching: [
      // There are no prompts and resources.
      "sep-2549-prompts-list-caching-hints",
      "sep-2549-resources-list-caching-hints",
      "sep-2549-resources-templates-list-caching-hints",
    ],
  },
  "2025-11-25": {
    "server-initialize": [],
    ping: [],
    "tools-list": [],
    "dns-rebinding-protection": [],
  },
};

interface Check {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
}

let docent: TestServer;
beforeAll(async () => {
  docent = await startTestServer({ READ_RATE_LIMIT: "10000/60s" });
});
afterAll(() => docent.stop());

test.each(Object.keys(fitting))(
  "the built server passes MCP's conformance package as far as it fits: %s",
  async (revision) => {
    const output = await temporaryDirectory();
    await new Promise<void>((done) => {
      // It ends with 1 because of the scenarios that do not fit.
      const options = ["--requirements", revision, "--timeout", "10000", "-o", output];
      execFile(process.execPath, [suite, "server", "--url", `${docent.url}/mcp`, ...options], () =>
        done(),
      );
    });
    const folders = await readdir(output);
    for (const [scenario, exceptions] of Object.entries(fitting[revision] ?? {})) {
      const folder = folders.find((name) => name.startsWith(`server-${scenario}-2`)) ?? scenario;
      const file = await readFile(join(output, folder, "checks.json"), "utf8");
      const checks = JSON.parse(file) as readonly Check[];
      const failed = checks.filter(({ status }) => status === "FAILURE").map(({ id }) => id);
      expect({ scenario, failed: failed.toSorted() }).toEqual({ scenario, failed: exceptions });
      expect(checks.some(({ status }) => status === "SUCCESS")).toBe(true);
    }
  },
  60_000,
);
