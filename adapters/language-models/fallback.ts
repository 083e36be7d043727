import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Clock } from "../../handlers/ports/clock.ts";
import type { LanguageModel } from "../../handlers/ports/language-model.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createCircuit, type Circuit } from "../circuit.ts";

/** A model of somebody else's, which may be out. */
export interface RemoteModel extends LanguageModel {
  /** Asks for something nobody is billed for. Throws PortFailure. */
  probe(signal: AbortSignal): Promise<void>;
}

/** One that is loaded when it is first asked. */
export interface ModelChoice {
  readonly name: string;
  readonly load: () => Promise<RemoteModel>;
}

export interface ChainedModel {
  readonly name: string;
  readonly circuit: Circuit;
  /** Whether it would answer, without being billed for it. Throws PortFailure. */
  probe(signal: AbortSignal): Promise<void>;
}

export interface ModelChain extends LanguageModel {
  /** In the order in which they are asked. */
  readonly models: readonly ChainedModel[];
  /** What is known to be out now: `language_model` while every model's circuit is open, else nothing. */
  outages(): readonly string[];
}

export interface ModelChainOptions {
  /** In the order in which they are asked; at least one. */
  readonly choices: readonly [ModelChoice, ...ModelChoice[]];
  /** Answers when none of them does; never fails. */
  readonly extractive: LanguageModel;
  readonly clock: Clock;
  readonly logger: Logger;
}

const service = "language_model";
const failuresUntilOpen = 5;
const openMilliseconds = 30_000;

/**
 * Asks one model after the other until one begins to answer: from its first word on an answer is that
 * model's, and fails with it. When none begins, the extractive one answers, and says so with a
 * `degraded` part first. A model that keeps failing is left alone for a while.
 */
export function createModelChain({
  choices,
  extractive,
  clock,
  logger,
}: ModelChainOptions): ModelChain {
  const links = choices.map(({ name, load }) => ({
    name,
    load,
    circuit: createCircuit({
      name: `${service}:${name}`,
      failures: failuresUntilOpen,
      openMilliseconds,
      clock,
    }),
  }));

  return {
    name: choices[0].name,
    models: links.map(({ name, load, circuit }) => ({
      name,
      circuit,
      probe: async (signal) => (await load()).probe(signal),
    })),
    outages: () =>
      links.every(({ circuit }) => circuit.report().state === "open") ? [service] : [],
    async *stream(request, signal) {
      for (const { name, load, circuit } of links) {
        const { state } = circuit.report();
        const ticket = tryToEnter(circuit);
        if (!ticket) continue;
        let hasBegun = false;
        try {
          const model = await load();
          for await (const part of model.stream(request, signal)) {
            // Whoever only tries whether it is back need not wait for the end of a long answer.
            if (!hasBegun && state !== "closed") ticket.succeed();
            hasBegun = true;
            yield part;
          }
          if (hasBegun) ticket.succeed();
          return;
        } catch (error) {
          ticket.fail(toBlame(error));
          if (hasBegun || signal.aborted) throw error;
          logger.warn("language model passed over", { model: name, ...describe(error) });
        } finally {
          // Left by its reader, or told already.
          ticket.abandon();
        }
      }
      if (signal.aborted) return;
      yield { type: "degraded", service };
      yield* extractive.stream(request, signal);
    },
  };
}

function tryToEnter(circuit: Circuit) {
  try {
    return circuit.enter();
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}

/** A model that does not exist is no mistake of the one who asks: asking again is as vain. */
function toBlame(error: unknown): unknown {
  const isMissing = error instanceof PortFailure && error.code === "not_found";
  return isMissing ? new Error("no such model") : error;
}

/** An adapter's own message names no host and no key; a stranger's might. */
function describe(error: unknown): { code: string; reason: string } {
  if (error instanceof PortFailure) return { code: error.code, reason: error.message };
  return { code: "internal", reason: error instanceof Error ? error.name : "unknown" };
}
