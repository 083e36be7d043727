import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { copyModel, testModel } from "../support/apps/local-model.ts";
import { cleanUp, makeDirectory, startServer } from "../support/servers/server-process.ts";

afterAll(cleanUp);

/** A busy machine may take its time over a model. */
const slow = { timeout: 120_000 };

interface Health {
  readonly status: string;
  readonly services: Readonly<Record<string, string>>;
}

async function writeDocuments(count: number): Promise<string> {
  const folder = await makeDirectory();
  const texts = ["Hand in your badge and laptop on the last working day.", "Lunch is at noon."];
  for (let index = 0; index < count; index++) {
    const text =
      texts[index] ?? `Note ${index}: ${"The storage room is tidied monthly. ".repeat(12)}`;
    await writeFile(join(folder, `page-${index}.md`), `# Page ${index}\n\n${text}\n`);
  }
  return folder;
}

const read = async <Body>(url: string) => (await (await fetch(url)).json()) as Body;
const health = (url: string) => read<Health>(`${url}/api/health`);
const search = async (url: string, question: string) => {
  type Found = { passages: readonly { path: string }[] };
  const { passages } = await read<Found>(`${url}/api/search?q=${encodeURIComponent(question)}`);
  return passages.map(({ path }) => path);
};

describe.skipIf(testModel === undefined)("a server with the embedder in the box", () => {
  const folder = testModel ?? "";
  // None of its words, and no four letters of them, are in the page.
  const question = "What must I do when I quit my job?";

  test("finds by meaning, keeps the vectors, and ends in good order", slow, async () => {
    const dataDirectory = await makeDirectory();
    const environment = { DOCUMENTS_DIR: await writeDocuments(12), LOCAL_EMBEDDER_MODEL: folder };
    const server = await startServer({ dataDirectory, environment });
    await expect.poll(() => server.log(), { timeout: 60_000 }).toContain("passages embedded");
    // A busy machine may take too long to embed the question, which is then searched by its words.
    await expect.poll(async () => (await search(server.url, question))[0]).toBe("page-0.md");
    expect(await health(server.url)).toMatchObject({ services: { embedder: "healthy" } });
    expect(await server.end("SIGTERM")).toBe(0);

    const again = await startServer({ dataDirectory, environment });
    await expect.poll(async () => (await search(again.url, question))[0]).toBe("page-0.md");
    expect(await again.end("SIGTERM")).toBe(0);
    expect(again.log()).not.toContain("passages embedded");
  });

  test("answers by words with a half-fetched model, and health says why", async () => {
    const dataDirectory = await makeDirectory();
    const path = await copyModel(folder, join(dataDirectory, "models"));
    await writeFile(join(path, "onnx/model_quantized.onnx.0123456789ab.part"), "half");
    const environment = { DOCUMENTS_DIR: await writeDocuments(2) };
    const server = await startServer({ dataDirectory, environment });
    await expect.poll(() => search(server.url, "lunch")).toEqual(["page-1.md"]);
    const services = { embedder: "model_incomplete" };
    expect(await health(server.url)).toMatchObject({ status: "degraded", services });
    expect(await server.end("SIGTERM")).toBe(0);
  });
});
