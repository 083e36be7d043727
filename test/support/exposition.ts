// Reads Prometheus' text format 0.0.4 by the rules of its documentation, and fails on what breaks one of them:
// https://prometheus.io/docs/instrumenting/exposition_formats/

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const sampleForm = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`);
const labelForm = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/** All samples. @throws Error where the text breaks a rule */
export function readExposition(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no line feed");
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const described = new Set<string>();
  const seen = new Set<string>();
  let family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (described.has(name)) throw new Error(`described twice: ${name}`);
      described.add(name);
      family = name;
    } else if (kind === "TYPE") {
      if (types.has(name) || name !== family) throw new Error(`TYPE out of place: ${line}`);
      if (!/^(?:counter|gauge|histogram)$/.test(rest)) throw new Error(`no such type: ${rest}`);
      types.set(name, rest);
    } else {
      const sample = readSample(line);
      const suffixes = types.get(family) === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      if (!suffixes.some((suffix) => sample.name === family + suffix)) {
        throw new Error(`not in the group of ${family}: ${line}`);
      }
      const series = `${sample.name} ${keyOf(sample.labels)}`;
      if (seen.has(series)) throw new Error(`twice: ${series}`);
      seen.add(series);
      samples.push(sample);
    }
  }
  for (const [name, type] of types) if (type === "histogram") checkHistogram(name, samples);
  return samples;
}

function readSample(line: string): Sample {
  const [, name, pairs = "", value = ""] = sampleForm.exec(line) ?? [];
  if (name === undefined || (value !== "+Inf" && !Number.isFinite(Number(value)))) {
    throw new Error(`no sample: ${line}`);
  }
  const labels: Record<string, string> = {};
  labelForm.lastIndex = 0;
  while (labelForm.lastIndex < pairs.length) {
    const [, label, text] = labelForm.exec(pairs) ?? [];
    if (label === undefined || text === undefined || label in labels) {
      throw new Error(`bad labels: ${line}`);
    }
    labels[label] = text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
  }
  return { name, labels, value: Number(value) };
}

/** The labels, whatever their order. */
function keyOf(labels: Sample["labels"]): string {
  const names = Object.keys(labels).toSorted((one, other) => (one < other ? -1 : 1));
  return names.map((name) => JSON.stringify([name, labels[name]])).join();
}

function isSorted(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number >= (numbers[index - 1] ?? -Infinity));
}

/** Buckets are cumulative, end with +Inf, and agree with the count; there is a sum. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const others = ({ le: _le, ...labels }: Sample["labels"]) => keyOf(labels);
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  for (const [key, series] of Map.groupBy(buckets, ({ labels }) => others(labels))) {
    const bounds = series.map(({ labels }) => Number(labels["le"]?.replace("+Inf", "Infinity")));
    const counts = series.map(({ value }) => value);
    if (!isSorted(bounds) || !isSorted(counts) || bounds.at(-1) !== Infinity) {
      throw new Error(`buckets of ${name} ${key}`);
    }
    const of = (suffix: string) =>
      samples.find((each) => each.name === name + suffix && others(each.labels) === key)?.value;
    if (of("_count") !== counts.at(-1) || of("_sum") === undefined) {
      throw new Error(`count or sum of ${name} ${key}`);
    }
  }
}
