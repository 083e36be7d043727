import { serviceTroubles, type HealthReport } from "../../../../contract/health.ts";
import { element } from "../../lib/elements.ts";
import type { AdminApi } from "../api.ts";
import type { View } from "../views.ts";
import { count, counted, timeOf, uptimeOf } from "../words.ts";
import { createReport, figures } from "./report.ts";

/** The state of the services, and settings that need attention. */
export function createServiceView(api: AdminApi): View {
  return createReport({
    id: "service",
    title: "Service",
    days: [],
    fetch: () => api.health(),
    draw: (health) => [
      figures([
        ["State", wordsFor(health.status)],
        ["Version", health.version],
        ["Up for", uptimeOf(health.uptime_seconds)],
      ]),
      element("h3", "", "Services"),
      element("ul", "entries services", ...Object.entries(health.services).map(drawService)),
      element("h3", "", "Data"),
      element("ul", "entries", ...describeData(health).map(drawLine)),
      element("h3", "", "Settings"),
      ...drawSettings(health.settings),
      element("p", "hint", `As of ${timeOf(health.timestamp)}.`),
    ],
  });
}

function drawService([name, state]: readonly [string, string]): HTMLElement {
  const isTrouble = serviceTroubles.has(state) || state === "migration_due";
  const kind = isTrouble
    ? "bad"
    : /^(?:starting|unknown|not_configured)$/.test(state)
      ? "idle"
      : "";
  const mark = element("span", `state-mark ${kind}`);
  mark.setAttribute("aria-hidden", "true");
  return element(
    "li",
    "entry",
    mark,
    element("span", "entry-words", sentence(name)),
    element("span", isTrouble ? "failure" : "", wordsFor(state)),
  );
}

function describeData({ documents, passages, storage }: HealthReport): [string, string][] {
  const reading =
    documents.state === "reading"
      ? `Being read, ${count(documents.done)} of ${count(documents.total)}`
      : documents.state === "failed"
        ? "Could not be read; see Documents"
        : sentence(documents.state);
  const space = {
    ok: "enough space",
    low: "little space left",
    full: "the disk is full",
    behind: "changes wait for the backup",
  };
  const kept = {
    kept: "Kept",
    until_restart: "Kept until the next restart only",
    backed_up: "Backed up",
  };
  return [
    ["Folder", reading],
    [
      "Found by meaning",
      passages
        ? `${count(passages.embedded)} of ${counted(passages.total, "passage")}`
        : "No embedder",
    ],
    ["Storage", `${kept[storage.kind]}, ${space[storage.state]}`],
    ...describeBackup(storage),
  ];
}

function describeBackup({
  kind,
  durable_until: until,
  last_error: error,
}: HealthReport["storage"]): [string, string][] {
  if (kind !== "backed_up") return [];
  const time = until === null ? "Not yet" : `Until ${timeOf(until)}`;
  return [["Backup", error === null ? time : `${time}; ${wordsFor(error)}`]];
}

function drawLine([name, words]: readonly [string, string]): HTMLElement {
  return element("li", "entry", element("span", "entry-words", name), element("span", "", words));
}

function drawSettings({ missing, invalid }: HealthReport["settings"]): HTMLElement[] {
  if (missing.length + invalid.length === 0) {
    return [element("p", "hint", "No setting needs attention.")];
  }
  const lines: [string, string][] = [
    ...missing.map((name): [string, string] => [name, "missing"]),
    ...invalid.map((name): [string, string] => [name, "invalid; the log says why"]),
  ];
  return [element("ul", "entries", ...lines.map(drawLine))];
}

function wordsFor(state: string): string {
  // The service that needs no model.
  return state === "extractive" ? "None; answers are quotes" : sentence(state);
}

function sentence(words: string): string {
  const spaced = words.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
