import type { Histogram } from "./histogram.ts";

export type Labels = Readonly<Record<string, string>>;

interface Described {
  readonly name: string;
  readonly help: string;
}

/** A metric and its series: one for each set of labels. */
export type MetricFamily = Described &
  (
    | {
        readonly type: "counter" | "gauge";
        readonly series: readonly { readonly labels: Labels; readonly value: number }[];
      }
    | {
        readonly type: "histogram";
        readonly series: readonly { readonly labels: Labels; readonly value: Histogram }[];
      }
  );

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/** Writes metrics in Prometheus' text format 0.0.4; those without any series are left out. */
export function writeExposition(families: readonly MetricFamily[]): string {
  return families
    .filter(({ series }) => series.length > 0)
    .map(writeFamily)
    .join("");
}

function writeFamily(family: MetricFamily): string {
  const { name, help, type } = family;
  const lines = [`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`];
  if (family.type === "histogram") {
    for (const { labels, value } of family.series)
      lines.push(...writeHistogram(name, labels, value));
  } else {
    for (const { labels, value } of family.series) lines.push(writeSample(name, labels, value));
  }
  return `${lines.join("\n")}\n`;
}

function writeHistogram(name: string, labels: Labels, histogram: Histogram): string[] {
  let total = 0;
  const buckets = Array.from(histogram.counts, (count, index) => {
    total += count;
    const le = String(histogram.bounds[index] ?? "+Inf");
    return writeSample(`${name}_bucket`, { ...labels, le }, total);
  });
  return [
    ...buckets,
    writeSample(`${name}_sum`, labels, histogram.sum),
    writeSample(`${name}_count`, labels, total),
  ];
}

function writeSample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escapeText(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

function escapeText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
