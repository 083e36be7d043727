import type { Usage } from "../ports/language-model.ts";
import type { MetricFamily } from "./exposition.ts";
import { firstTokenBounds } from "./first-token.ts";
import { createHistogram, observe, type Histogram } from "./histogram.ts";
import type { CountedAnswer } from "./store.ts";

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's template; `-` where there is none. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

const requestBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Clients may send any method: the others share a label. */
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const otherMethod = "other";
/** More than any status. */
const statuses = 1000;

/** The counts of this process since its start. */
export function createMeters() {
  /** By route, then by method and status as one number, so that a request allocates nothing. */
  const requests = new Map<string, Map<number, Histogram>>();
  const firstTokens = createHistogram(firstTokenBounds.map((milliseconds) => milliseconds / 1000));
  const answers = { answered: 0, refused: 0, interrupted: 0, failed: 0 };
  const tokens = new Map<string, { input: number; output: number }>();

  return {
    requestAnswered: ({ method, route, status, milliseconds }: AnsweredRequest): void => {
      let ofRoute = requests.get(route);
      if (!ofRoute) requests.set(route, (ofRoute = new Map()));
      const key = methods.indexOf(method) * statuses + status;
      let histogram = ofRoute.get(key);
      if (!histogram) ofRoute.set(key, (histogram = createHistogram(requestBounds)));
      observe(histogram, milliseconds / 1000);
    },
    answerEnded({ outcome, firstTokenMilliseconds }: CountedAnswer): void {
      answers[outcome] += 1;
      if (firstTokenMilliseconds !== undefined) observe(firstTokens, firstTokenMilliseconds / 1000);
    },
    tokensUsed(model: string, used: Usage): void {
      let ofModel = tokens.get(model);
      if (!ofModel) tokens.set(model, (ofModel = { input: 0, output: 0 }));
      ofModel.input += used.input_tokens;
      ofModel.output += used.output_tokens;
    },
    read: (): MetricFamily[] => [
      {
        name: "docent_http_request_duration_seconds",
        type: "histogram",
        help: "Time until a response's headers are sent; a streamed answer goes on after that.",
        series: [...requests].flatMap(([route, ofRoute]) =>
          [...ofRoute].map(([key, value]) => ({ labels: requestLabels(route, key), value })),
        ),
      },
      {
        name: "docent_chat_answers_total",
        type: "counter",
        help: "Ended answers, by how they ended.",
        series: Object.entries(answers).map(([outcome, value]) => ({ labels: { outcome }, value })),
      },
      {
        name: "docent_chat_first_token_seconds",
        type: "histogram",
        help: "Time from a question's arrival to the first text of its answer.",
        series: [{ labels: {}, value: firstTokens }],
      },
      {
        name: "docent_tokens_total",
        type: "counter",
        help: "Tokens of language models; estimated for requests that were stopped.",
        series: [...tokens].flatMap(([model, { input, output }]) => [
          { labels: { direction: "input", model }, value: input },
          { labels: { direction: "output", model }, value: output },
        ]),
      },
    ],
  };
}

export type Meters = ReturnType<typeof createMeters>;

function requestLabels(route: string, key: number) {
  const method = methods[Math.floor(key / statuses)] ?? otherMethod;
  return { method, route, status: String(((key % statuses) + statuses) % statuses) };
}
