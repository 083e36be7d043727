import { PortFailure } from "../../handlers/ports/failure.ts";
import type { Clock } from "../../handlers/ports/clock.ts";
import type { Dependency } from "../../handlers/ports/dependency.ts";
import type { LanguageModel } from "../../handlers/ports/language-model.ts";
import type { Logger } from "../../handlers/ports/logger.ts";
import { createCircuit, type Circuit } from "../circuit.ts";
import { service, toBlame, toDependency, type ModelChoice } from "./remote-model.ts";

export interface ModelChain extends LanguageModel {
  /** In the order in which they are asked. */
  readonly models: readonly Dependency[];
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
  const links = choices.map((choice) => ({
    ...choice,
    circuit: createCircuit({
      name: `${service}:${choice.name}`,
      failures: failuresUntilOpen,
      openMilliseconds,
      clock,
    }),
  }));

  return {
    name: choices[0].name,
    models: links.map((link) => toDependency(link, clock)),
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

/** An adapter's own message names no host and no key; a stranger's might. */
function describe(error: unknown): { code: string; reason: string } {
  if (error instanceof PortFailure) return { code: error.code, reason: error.message };
  return { code: "internal", reason: error instanceof Error ? error.name : "unknown" };
}
