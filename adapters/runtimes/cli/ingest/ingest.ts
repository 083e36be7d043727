import { resolve } from "node:path";
import * as v from "valibot";
import { describeSkipped } from "../../../../handlers/documents/ingest/skipped.ts";
import { parseSettings } from "../../../../handlers/settings/index.ts";
import { urlBase } from "../../../../handlers/settings/kinds.ts";
import { createDocentClient } from "../../../clients/docent/client.ts";
import { serverUrl } from "../address.ts";
import { isServerAt } from "../ask-server.ts";
import { type Command, type Invocation, onlyArgument, textOption, UsageError } from "../command.ts";
import { openSource } from "./source.ts";
import type { TargetReport, IngestTarget } from "./target.ts";
import { createProgress } from "../progress.ts";
import { createRemoteTarget } from "./remote-target.ts";
import { printable, type Terminal } from "../terminal.ts";

const mostNamed = 50;

export const ingestCommand: Command = {
  name: "ingest",
  summary: "ingest documents: a folder, a file, or - for standard input",
  usage:
    "ingest <folder|file|-> [--url http://localhost:7860] [--source name] [--url-base https://…] [--path name.md]",
  takesArguments: true,
  options: {
    url: { type: "string" },
    source: { type: "string" },
    "url-base": { type: "string" },
    path: { type: "string" },
  },
  run: async (invocation) => {
    const { terminal } = invocation;
    const where = onlyArgument(invocation, "a folder or file to ingest");
    const { settings } = parseSettings(terminal.environment);
    const base = urlBaseOption(invocation) ?? settings.documents.urlBase;
    const opened = await openSource(where, {
      path: textOption(invocation, "path"),
      limit: settings.documents.sizeLimit,
      excluded: settings.dataDirectory,
      input: terminal.input,
    });
    const opening = await openTarget(invocation);
    const progress = createProgress(terminal, opened.source.total);
    try {
      const report = await opening.target.ingest(opened.source, {
        source: textOption(invocation, "source") ?? opened.name,
        urlBase: base,
        signal: terminal.signal,
        onEntry: (path) => progress.advance(path),
        onStopped: (stored) => {
          progress.end();
          terminal.note(
            `At least ${stored} documents are stored; the same command sends the others.\n`,
          );
        },
      });
      progress.end();
      printReport(report, opening.target.description, terminal);
      return report.failed.length === 0 ? 0 : 1;
    } catch (error) {
      progress.end();
      throw error;
    } finally {
      await opening.close();
    }
  },
};

function urlBaseOption(invocation: Invocation): string | undefined {
  const given = textOption(invocation, "url-base");
  if (given === undefined || v.is(urlBase.schema, given)) return given;
  throw new UsageError(`--url-base takes ${urlBase.form}.`);
}

interface OpenedTarget {
  readonly target: IngestTarget;
  close(): Promise<void>;
}

async function openTarget(invocation: Invocation): Promise<OpenedTarget> {
  const { terminal, openLocal } = invocation;
  const given = textOption(invocation, "url");
  const url = await serverUrl(terminal, given);
  const local = given ? undefined : await openLocal(terminal);
  if (local) {
    if (await isServerAt(url, terminal.signal)) noteOtherData(url, terminal);
    return { target: local.ingest, close: () => local.close() };
  }

  const { adminKey } = parseSettings(terminal.environment).settings;
  if (!adminKey) {
    throw new Error(
      `The server at ${url} accepts documents only with its ADMIN_API_KEY (at least 32 bytes): set the same key here, in the environment or in .env.`,
    );
  }
  const client = createDocentClient({ url, adminKey });
  return { target: createRemoteTarget(client, url), close: async () => {} };
}

/** A server that held this data directory would have been asked instead. */
function noteOtherData(url: string, terminal: Terminal): void {
  const directory = resolve(parseSettings(terminal.environment).settings.dataDirectory);
  terminal.note(
    `The server at ${url} uses other data and will not find these documents: they go into ${directory} (DATA_DIR). ` +
      `To hand them to the server, use --url ${url}, or set its DATA_DIR here.\n`,
  );
}

function printReport(report: TargetReport, where: string, terminal: Terminal): void {
  const { added, changed, unchanged, removed, failed, skipped, passages } = report;
  for (const { path, failure } of failed) {
    terminal.note(`${terminal.style("red", "✗")} ${printable(`${path}: ${failure}`)}\n`);
  }
  for (const { path, skipped: reason } of skipped.slice(0, mostNamed)) {
    terminal.note(`- ${printable(`${path}: skipped, ${describeSkipped(reason)}`)}\n`);
  }
  const notNamed = skipped.length - mostNamed;
  if (notNamed > 0) terminal.note(`- ${notNamed} more were skipped\n`);
  terminal.print(
    `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${failed.length} failed (${where})\n`,
  );
  const phases = Object.entries(report.milliseconds);
  const total = phases.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const spent = phases.map(([name, milliseconds]) => `${name} ${seconds(milliseconds)}`);
  const rate = passages > 0 ? `, ${Math.round(passages / Math.max(total / 1000, 0.001))}/s` : "";
  terminal.print(`${passages} passages in ${seconds(total)}${rate} (${spent.join(", ")})\n`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}
