import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandHere } from "../../support/clients/run-command.ts";
import { runCli } from "../../support/servers/run-cli.ts";
import { temporaryDirectory } from "../../support/servers/temporary-directory.ts";
import { type HubStandIn, startHubStandIn } from "../../support/stand-ins/hub-stand-in.ts";

const repository = "Xenova/all-MiniLM-L6-v2";
const multilingual = "Xenova/multilingual-e5-small";
const onnx = "onnx/model_quantized.onnx";
/** No model: what is fetched is not looked into. */
const weights = new Uint8Array(3_000_000).map((_, index) => (index * 7919) >> 5);
const files = new Map<string, Uint8Array>([
  [`${repository}/config.json`, Buffer.from('{"max_position_embeddings": 512}')],
  [`${repository}/tokenizer.json`, Buffer.from('{"model": {}}')],
  [`${repository}/1_Pooling/config.json`, Buffer.from('{"pooling_mode_mean_tokens": true}')],
  [`${repository}/README.md`, Buffer.from("# not needed")],
  [`${repository}/${onnx}`, weights],
  // Its tokenizer is large too.
  [`${multilingual}/config.json`, Buffer.from('{"max_position_embeddings": 512}')],
  [
    `${multilingual}/tokenizer.json`,
    Buffer.from(`{"model": {}, "rest": "${"x".repeat(200_000)}"}`),
  ],
  [`${multilingual}/${onnx}`, weights],
]);

let hub: HubStandIn;
let dataDirectory: string;
beforeEach(async () => {
  hub = await startHubStandIn(files);
  dataDirectory = await temporaryDirectory();
});
afterEach(() => hub.close());

const environment = () => ({ HF_ENDPOINT: hub.url, DATA_DIR: dataDirectory });
const fetchModel = (...words: string[]) =>
  runCommandHere(["model", "fetch", ...words], { environment: environment() });
const folder = () => join(dataDirectory, "models", repository);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const health = async () => {
  const { stdout } = await runCommandHere(["check"], { environment: environment() });
  return /^built-in embedder: (\w+)/m.exec(stdout)?.[1];
};

const used = async () => {
  const { stdout } = await runCommandHere(["check"], { environment: environment() });
  return /ready, with ([\w-]+)/.exec(stdout)?.[1];
};

test("docent model fetch gets what it takes to run the model, once", async () => {
  const { code, stdout, stderr } = await runCli(["model", "fetch"], { environment: environment() });
  expect(stderr).toContain(`${onnx}: 3.0 of 3.0 MB`);
  expect(stdout).toContain(`${repository} fetched and verified: 3.0 MB in ${folder()}`);
  expect(code).toBe(0);
  expect((await readdir(folder(), { recursive: true })).toSorted()).toEqual([
    "1_Pooling",
    "1_Pooling/config.json",
    "config.json",
    "docent-model.json",
    "onnx",
    onnx,
    "tokenizer.json",
  ]);
  expect(sha256(await readFile(join(folder(), onnx)))).toBe(sha256(weights));
  expect((await fetchModel()).stdout).toContain("had been fetched already");
});

test("it goes on where the connection broke off", async () => {
  hub.fault(onnx, { kind: "break-off", after: 1_000_000 });
  hub.fault(onnx, { kind: "status", status: 503 });
  expect((await fetchModel()).code).toBe(0);
  expect(sha256(await readFile(join(folder(), onnx)))).toBe(sha256(weights));
  const ranges = hub.requests.filter(({ path }) => path.startsWith("/storage/"));
  expect(ranges.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test("a file with another checksum is thrown away, and the next call gets it", async () => {
  hub.fault(onnx, { kind: "corrupt" });
  const { code, stderr } = await fetchModel();
  expect(stderr).toContain(`${onnx} does not have the checksum that the hub states`);
  expect(code).toBe(1);
  expect(await readdir(join(folder(), "onnx"))).toEqual([]);
  expect(await health()).toBe("model_incomplete");
  expect((await fetchModel()).code).toBe(0);
  expect(await health()).toBe("ready");
});

test("a file that was damaged on the disk is named, and fetched again", async () => {
  await fetchModel();
  await writeFile(join(folder(), onnx), weights.subarray(1));
  expect(await health()).toBe("model_damaged");
  expect((await fetchModel()).code).toBe(0);
  expect(await health()).toBe("ready");
});

test("of two models the one fetched last is used, also if it was there before", async () => {
  await fetchModel();
  expect(await used()).toBe("all-MiniLM-L6-v2");
  expect((await fetchModel(multilingual)).code).toBe(0);
  expect(await used()).toBe("multilingual-e5-small");
  expect((await fetchModel()).stdout).toContain("had been fetched already");
  expect(await used()).toBe("all-MiniLM-L6-v2");
});

test.each([
  ["a repository that is not there", "nobody/nothing", "the hub has no nobody/nothing"],
  ["a revision that is not there", `${repository}@v9`, "or not this revision"],
  ["what is no repository", "../secrets", "is not owner/name"],
])("%s is said", async (_, wanted, complaint) => {
  const { code, stderr } = await fetchModel(wanted);
  expect(stderr).toContain(complaint);
  expect(code).toBeGreaterThan(0);
});
