import type { Clock } from "../../handlers/ports/clock.ts";
import type { Dependency } from "../../handlers/ports/dependency.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { LanguageModel } from "../../handlers/ports/language-model.ts";
import type { Circuit } from "../circuit.ts";

/** What models are in /api/health and in an answer that did without them. */
export const service = "language_model";
/** For so long the latest answer, good or bad, says more than a list of models. */
const tellingMilliseconds = 60_000;

/** A model of somebody else's, which may be out. */
export interface RemoteModel extends LanguageModel {
  /** Asks for something nobody is billed for. Throws PortFailure. */
  probe(signal: AbortSignal): Promise<void>;
}

/** One that is loaded when it is first asked. */
export interface ModelChoice {
  readonly name: string;
  /** What its vendor calls it. */
  readonly model: string;
  readonly load: () => Promise<RemoteModel>;
}

interface Link extends ModelChoice {
  readonly circuit: Circuit;
}

/** A model as health and `docent check --connect` see it. */
export function toDependency({ name, model, load, circuit }: Link, clock: Clock): Dependency {
  return {
    service,
    name: `${service}:${name}`,
    circuit,
    freshMilliseconds: tellingMilliseconds,
    async probe(signal) {
      const ticket = circuit.enter();
      try {
        await (await load()).probe(signal);
        // A server may list its models and answer nobody.
        const latest = circuit.latest();
        const isBad = latest?.isSuccess === false;
        if (isBad && clock.now() - latest.at < tellingMilliseconds) ticket.abandon();
        else ticket.succeed();
      } catch (error) {
        ticket.fail(toBlame(error));
        throw error;
      }
    },
    describe: async (signal) => {
      await (await load()).probe(signal);
      return [model];
    },
  };
}

/** A model that does not exist is no mistake of the one who asks: asking again is as vain. */
export function toBlame(error: unknown): unknown {
  const isMissing = error instanceof PortFailure && error.code === "not_found";
  return isMissing ? new Error("no such model") : error;
}
