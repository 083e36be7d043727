import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Clock } from "../../handlers/ports/clock.ts";
import type { Dependency } from "../../handlers/ports/dependency.ts";
import type {
  LanguageModel,
  ModelPart,
  ModelRequest,
  UpstreamModel,
} from "../../handlers/ports/language-model.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createCircuit, type Circuit } from "../circuit.ts";
import { connectionFailure } from "./failures.ts";
import { iterateParts, type Say } from "./iterate-parts.ts";
import { service, toBlame, toDependency, toUpstream, type ModelChoice } from "./remote-model.ts";

export interface ModelChain extends LanguageModel {
  /** In the order in which they are tried. */
  readonly models: readonly Dependency[];
  /** Each model by itself, by the vendor's name of it; the first of two with the same name. */
  readonly upstreams: readonly UpstreamModel[];
  /** What is known to be out now: `language_model` while every model's circuit is open, else nothing. */
  outages(): readonly string[];
}

export interface ModelChainOptions {
  /** In the order in which they are tried; at least one. */
  readonly choices: readonly [ModelChoice, ...ModelChoice[]];
  /** Answers when every other model fails. */
  readonly extractive: LanguageModel;
  readonly clock: Clock;
  readonly logger: Logger;
}

const failuresUntilOpen = 5;
const openMilliseconds = 30_000;

/**
 * Tries one model after the other until one yields a first part; an error after that ends the answer. When
 * every model fails first, or says nothing, it yields a `degraded` part and the extractive model answers. Each model
 * has a circuit: after 5 failures in a row it is skipped for 30 s.
 *
 * `stream` throws what a model throws after its first part.
 */
export function createModelChain({
  choices,
  extractive,
  clock,
  logger,
}: ModelChainOptions): ModelChain {
  const links = choices.map((choice) => ({
    ...choice,
    circuit: createCircuit({
      name: `${service}:${choice.name}`,
      failures: failuresUntilOpen,
      openMilliseconds,
      clock,
    }),
  }));

  async function speak(request: ModelRequest, say: Say, signal: AbortSignal): Promise<void> {
    for (const { name, model: vendorModel, load, circuit } of links) {
      const { state } = circuit.report();
      const ticket = tryToEnter(circuit);
      if (!ticket) continue;
      let hasBegun = false;
      const pass: Say = (part) => {
        if (!hasBegun && saysNothing(part, request)) throw connectionFailure(name, "said nothing");
        // A probe has succeeded at the first part; it need not wait for the end of a long answer.
        if (!hasBegun && state !== "closed") ticket.succeed();
        if (!hasBegun) say({ type: "answering", provider: name, model: vendorModel });
        hasBegun = true;
        say(part);
      };
      try {
        const model = await load();
        await model.speak(request, pass, signal);
        if (hasBegun) ticket.succeed();
        return;
      } catch (error) {
        ticket.fail(toBlame(error));
        if (hasBegun || signal.aborted) throw error;
        logger.warn("language model passed over", { model: name, ...describe(error) });
      } finally {
        // No outcome if the reader left; ignored if one was reported.
        ticket.abandon();
      }
    }
    if (signal.aborted) return;
    say({ type: "degraded", service });
    for await (const part of extractive.stream(request, signal)) say(part);
  }

  return {
    name: choices[0].name,
    quoting: extractive,
    models: links.map((link) => toDependency(link, clock)),
    upstreams: links.map(toUpstream),
    outages: () =>
      links.every(({ circuit }) => circuit.report().state === "open") ? [service] : [],
    stream: (request, signal) =>
      iterateParts((say, stopped) => speak(request, say, stopped), signal),
  };
}

/**
 * Whether a model ends without a word or a call, as Gemini does at times: no answer to a question, though it may be one
 * to the results of tools.
 */
function saysNothing(part: ModelPart, { messages }: ModelRequest): boolean {
  const isEnd = part.type === "finished" && part.finishReason === "stop";
  return isEnd && messages.at(-1)?.role === "user";
}

function tryToEnter(circuit: Circuit) {
  try {
    return circuit.enter();
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}

/** Only a PortFailure's message is logged; another error's may name a host or a key. */
function describe(error: unknown): { code: string; reason: string } {
  if (error instanceof PortFailure) return { code: error.code, reason: error.message };
  return { code: "internal", reason: error instanceof Error ? error.name : "unknown" };
}
