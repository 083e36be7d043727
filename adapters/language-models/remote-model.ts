import type { Clock } from "../../handlers/ports/clock.ts";
import type { Dependency } from "../../handlers/ports/dependency.ts";
import { PortFailure } from "../../handlers/ports/failure.ts";
import type { ModelRequest, UpstreamModel } from "../../handlers/ports/language-model.ts";
import type { Circuit } from "../circuit.ts";
import { iterateParts, type Say } from "./iterate-parts.ts";

/** The models' name in /api/health and in `degraded`. */
export const service = "language_model";
/** While the latest answer is younger than this, its outcome counts more than a probe's. */
const tellingMilliseconds = 60_000;

/** A language model behind a network. */
export interface RemoteModel {
  readonly name: string;
  /** Says one answer, as `stream` of LanguageModel gives it, part by part. @throws PortFailure */
  speak(request: ModelRequest, say: Say, signal: AbortSignal): Promise<void>;
  /** Makes a request that is not billed. @throws PortFailure */
  probe(signal: AbortSignal): Promise<void>;
}

/** A model whose code is loaded at its first use. */
export interface ModelChoice {
  readonly name: string;
  /** The vendor's name of it. */
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
        // A server may list its models and yet answer no question.
        const latest = circuit.latest();
        const isBad = latest?.isSuccess === false;
        if (isBad && clock.monotonic() - latest.at < tellingMilliseconds) ticket.abandon();
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

/** A model that answers by itself; while its circuit is open it fails at once. */
export function toUpstream({ model, load, circuit }: Link): UpstreamModel {
  async function speak(request: ModelRequest, say: Say, signal: AbortSignal): Promise<void> {
    const ticket = circuit.enter();
    try {
      const remote = await load();
      const pass: Say = (part) => {
        // Reported at the first part: later ones change nothing.
        ticket.succeed();
        say(part);
      };
      await remote.speak(request, pass, signal);
    } catch (error) {
      ticket.fail(toBlame(error));
      throw error;
    } finally {
      // No outcome if the reader left before the first part; ignored if one was reported.
      ticket.abandon();
    }
  }
  const stream = (request: ModelRequest, signal: AbortSignal) =>
    iterateParts((say, stopped) => speak(request, say, stopped), signal);
  return { name: model, model: { name: model, stream } };
}

/** A missing model counts as the service's failure, not as the caller's mistake. */
export function toBlame(error: unknown): unknown {
  const isMissing = error instanceof PortFailure && error.code === "not_found";
  return isMissing ? new Error("no such model") : error;
}
