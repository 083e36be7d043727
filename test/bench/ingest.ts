import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { startChild } from "./child-server.ts";
import { printTable, quantile } from "./statistics.ts";
import { createSyntheticText } from "./synthetic-text.ts";

const adminKey = "a-key-of-the-bench-with-more-than-32-bytes";
const runs = ["all new", "none changed", "every tenth changed"] as const;

/** `docent ingest` of one folder straight into a data directory, and over HTTP into a server that holds one. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      files: { type: "string", default: "420" },
      folder: { type: "string" },
      rounds: { type: "string", default: "3" },
    },
  });
  const direct: number[][] = [];
  const served: number[][] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const root = await mkdtemp(join(tmpdir(), "docent-bench-"));
    const paths = values.folder ? [] : await writeFiles(join(root, "book"), Number(values.files));
    const folder = values.folder ?? join(root, "book");
    direct.push(await timeRuns(folder, paths, join(root, "direct")));
    const environment = { DATA_DIR: join(root, "served"), ADMIN_API_KEY: adminKey };
    const server = await startChild(["dist/server.js"], environment);
    await untilRead(server.url);
    served.push(await timeRuns(folder, paths, join(root, "served")));
    await server.stop();
    await rm(root, { recursive: true, force: true });
  }
  const names = values.folder ? runs.filter((name) => name !== "every tenth changed") : runs;
  printTable([
    [`docent ingest, medians of ${values.rounds}`, "direct, s", "over HTTP, s", "ratio"],
    ...names.map((name, index) => {
      const [one, other] = [median(direct, index), median(served, index)];
      return [name, one.toFixed(2), other.toFixed(2), `${(other / one).toFixed(2)} ×`];
    }),
  ]);
}

/** Seconds of each run, from the start of the command to its end. */
async function timeRuns(folder: string, paths: readonly string[], dataDirectory: string) {
  const seconds: number[] = [];
  for (const name of runs) {
    if (name === "every tenth changed") {
      // The files of --folder stay as they are.
      if (paths.length === 0) continue;
      const some = paths.filter((_, index) => index % 10 === 0);
      await Promise.all(some.map((path) => appendFile(path, "\nOne sentence more.\n")));
    }
    seconds.push(await timeIngest(folder, dataDirectory));
  }
  return seconds;
}

async function timeIngest(folder: string, dataDirectory: string): Promise<number> {
  const startedAt = performance.now();
  const words = ["dist/docent.js", "ingest", folder];
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env["PATH"], DATA_DIR: dataDirectory, ADMIN_API_KEY: adminKey, PORT: "1" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`docent ingest ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}

/** Files of about 7 KB in ten folders, as documentation has them; resolves to their paths. */
async function writeFiles(folder: string, count: number): Promise<string[]> {
  const text = createSyntheticText();
  const paths = Array.from({ length: count }, (_, index) =>
    join(folder, `part-${index % 10}`, `page-${index}.md`),
  );
  for (const [index, path] of paths.entries()) {
    await mkdir(dirname(path), { recursive: true });
    const sections = Array.from({ length: 10 }, () => {
      const heading = text.passage(4).replaceAll(".", "");
      return `## ${heading}\n\n${text.passage(55)}\n\n${text.passage(55)}\n`;
    });
    await writeFile(path, `# Page ${index}\n\n${sections.join("\n")}`);
  }
  return paths;
}

/** Waits until the server has read what it reads at its start. */
async function untilRead(url: string): Promise<void> {
  for (;;) {
    const report = (await (await fetch(`${url}/api/health`)).json()) as {
      documents?: { state: string };
    };
    if (report.documents?.state === "ready") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function median(rounds: readonly (readonly number[])[], index: number): number {
  return quantile(
    rounds.map((seconds) => seconds[index] ?? Number.NaN),
    0.5,
  );
}
