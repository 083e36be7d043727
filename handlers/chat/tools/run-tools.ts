import { describeCause } from "../../lib/describe-cause.ts";
import { timeOfUuid, uuidV7 } from "../../lib/ids.ts";
import { inSpan } from "../../lib/spans.ts";
import { spanNames, spanOperations } from "../../lib/span-names.ts";
import type { Clock } from "../../ports/clock.ts";
import { PortFailure } from "../../ports/failure.ts";
import type { TraceSpan } from "../../ports/tracer.ts";
import type { Logger } from "../../ports/logger.ts";
import { ToolFailure, type Tool, type ToolContext } from "../../lib/tool.ts";
import type { ChatPart } from "../parts.ts";
import {
  prepareCall,
  type PreparedCall,
  type ProposedCall,
  type RunnableCall,
} from "./prepare-call.ts";
import type { Emit } from "../turns/run.ts";
import { stripJson, stripText, toOneLine } from "../../lib/text.ts";
import type { ConfirmationStore } from "./store-confirmations.ts";
import {
  encodeOutcome,
  type DecidedCall,
  type StoredCall,
  type ToolOutcome,
} from "./stored-call.ts";

export interface CallerOptions {
  /** Adds a part to the answer. */
  readonly emit: Emit;
  /** The request's; undefined where it is not traced. */
  readonly span: TraceSpan | undefined;
  readonly tools: readonly Tool[];
  readonly context: ToolContext;
  readonly conversationId: string;
  /** Of the answer. */
  readonly messageId: string;
  readonly confirmations: ConfirmationStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with each call and its result. */
  readonly record: (call: StoredCall) => void;
}

/** Milliseconds in which the user may answer. */
const confirmationLifetime = 10 * 60_000;
/** Characters of a confirmation's summary: more than any tool's, so that the user reads all that will happen. */
const summaryLength = 2000;
/** At most 20 calls run per round; the next 20 are refused; the rest are ignored. */
const callsPerRound = 20;

/**
 * Runs the tool calls of one turn. It remembers what they have touched, because changing several things in one
 * turn needs a confirmation.
 */
export function createToolCaller(options: CallerOptions) {
  const { emit, tools, context, clock, logger } = options;
  const touched = new Set<string>();
  const ids = new Set<string>();

  /** The model's id for a call, made unique: some models give none, or the same one in every round. */
  const uniqueId = (id: string) => {
    const base = stripText(id).slice(0, 200) || `call_${uuidV7(clock.now())}`;
    let unique = base;
    for (let count = 2; ids.has(unique); count += 1) unique = `${base}-${count}`;
    ids.add(unique);
    return unique;
  };

  async function run({ call, tool, arguments: input }: RunnableCall): Promise<ToolOutcome> {
    const span = options.span?.start(`${spanOperations.tool} ${tool.name}`, "internal", {
      [spanNames.operation]: spanOperations.tool,
      [spanNames.tool]: tool.name,
      [spanNames.toolCall]: call.id,
    });
    try {
      const result = await inSpan(span, () => tool.run(input, context));
      return { kind: "done", result: stripJson(result) ?? {} };
    } catch (error) {
      return failed(error, tool.name);
    }
  }

  async function ask(prepared: RunnableCall): Promise<{ outcome: ToolOutcome; part?: ChatPart }> {
    const { call, tool, arguments: input } = prepared;
    try {
      const described = (await tool.describe?.(input, context)) ?? `Run ${tool.name}`;
      const summary = toOneLine(stripText(described), summaryLength);
      const expiresAt = new Date(clock.now() + confirmationLifetime);
      // Not before the turn's messages, with which it is withdrawn: their ids may be ahead of the clock.
      const id = uuidV7(Math.max(clock.now(), timeOfUuid(options.messageId)));
      const { conversationId } = options;
      const { userId } = context;
      const asked = { id, userId, conversationId, tool: tool.name, arguments: input };
      await options.confirmations.add({ ...asked, summary, expiresAt });
      return {
        outcome: { kind: "needs-confirmation", confirmationId: id, summary },
        part: {
          type: "confirmation",
          id,
          toolCallId: call.id,
          tool: tool.name,
          arguments: input,
          summary,
          expiresAt: expiresAt.toISOString(),
        },
      };
    } catch (error) {
      return { outcome: failed(error, tool.name) };
    }
  }

  function failed(error: unknown, tool: string): ToolOutcome {
    if (error instanceof ToolFailure) {
      return { kind: "failed", error: error.code, message: error.message };
    }
    logger.error("tool failed", { tool, cause: describeCause(error) });
    if (error instanceof PortFailure) {
      const message = "A service this needs is not answering.";
      return { kind: "failed", error: error.code, message };
    }
    const message = "Something went wrong on our side.";
    return { kind: "failed", error: "internal_error", message };
  }

  /** Records a call with its result. */
  function finish(
    prepared: PreparedCall,
    outcome: ToolOutcome,
    more: Pick<StoredCall, "round" | "decision">,
  ): StoredCall {
    const { call, arguments: input } = prepared;
    const target = targetOf(prepared);
    if (target !== undefined && outcome.kind !== "failed") touched.add(target);
    const stored: StoredCall = {
      id: call.id,
      tool: call.name,
      arguments: input,
      ...more,
      ...(call.echo && { echo: stripJson(call.echo) ?? {} }),
      ...encodeOutcome(outcome),
    };
    options.record(stored);
    return stored;
  }

  return {
    /**
     * Runs the call that the user approved, with the arguments shown to them, or records that they declined.
     * Never throws; a failure is the call's result.
     */
    async settle(decided: DecidedCall): Promise<StoredCall> {
      const { confirmationId, decision, tool } = decided;
      const id = uniqueId(`call_${confirmationId}`);
      const call = { id, name: tool, arguments: JSON.stringify(decided.arguments) };
      const prepared = prepareCall({ call, basis: "proposal" }, tools);
      emit({ type: "tool-call", id, tool, arguments: prepared.arguments });
      let outcome: ToolOutcome = declined;
      if (decision === "approved") {
        outcome = prepared.kind === "refused" ? prepared.outcome : await run(prepared);
      }
      const stored = finish(prepared, outcome, { round: 0, decision });
      emit({ type: "tool-result", id, tool, outcome });
      return stored;
    },

    /**
     * Runs the calls of one round: reads at once, changes in order; asks the user first where needed. Never
     * throws; a failure is the call's result.
     */
    async call(
      proposed: readonly ProposedCall[],
      round: number,
      signal: AbortSignal,
    ): Promise<readonly StoredCall[]> {
      const calls = proposed.slice(0, 2 * callsPerRound).map(({ call, basis }, index) => {
        const named = { ...call, id: uniqueId(call.id), name: stripText(call.name).slice(0, 200) };
        const prepared = prepareCall({ call: named, basis }, tools);
        return index < callsPerRound ? prepared : { ...prepared, ...tooMany };
      });
      for (const { call, arguments: input } of calls) {
        emit({ type: "tool-call", id: call.id, tool: call.name, arguments: input });
      }
      const targets = new Set([...touched, ...calls.flatMap((call) => targetOf(call) ?? [])]);
      const reads = calls.map((call) => (isRead(call) ? run(call) : undefined));
      const made: StoredCall[] = [];
      for (const [index, prepared] of calls.entries()) {
        const { call } = prepared;
        let outcome: ToolOutcome;
        if (prepared.kind === "refused") outcome = prepared.outcome;
        else if (reads[index]) outcome = await reads[index];
        else if (signal.aborted) outcome = notAnyMore;
        else if (needsConfirmation(prepared, targets.size)) {
          const asked = await ask(prepared);
          if (asked.part) emit(asked.part);
          outcome = asked.outcome;
        } else outcome = await run(prepared);
        made.push(finish(prepared, outcome, { round }));
        emit({ type: "tool-result", id: call.id, tool: call.name, outcome });
      }
      return made;
    },
  };
}

export type ToolCaller = ReturnType<typeof createToolCaller>;

const declined: ToolOutcome = {
  kind: "failed",
  error: "declined",
  message: "The user declined; nothing was done.",
};
const tooMany = {
  kind: "refused",
  outcome: {
    kind: "failed",
    error: "too_many_calls",
    message: `Not done: at most ${callsPerRound} calls are made at a time. Call again for the others.`,
  },
} as const;
const notAnyMore: ToolOutcome = {
  kind: "failed",
  error: "cancelled",
  message: "The user stopped this before it was done.",
};

function isRead(call: PreparedCall): call is RunnableCall {
  return call.kind === "runnable" && call.effect.kind === "reads";
}

function targetOf(call: PreparedCall): string | undefined {
  return call.kind === "runnable" && "target" in call.effect ? call.effect.target : undefined;
}

/**
 * Whether a call needs the user's confirmation: every change in a turn that changes several things, and, if the
 * model proposed it by itself, a change that cannot be undone.
 */
function needsConfirmation({ effect: { kind }, basis }: RunnableCall, targets: number): boolean {
  if (kind === "reads" || kind === "adds") return false;
  if (targets > 1) return true;
  return basis === "proposal" && kind !== "changes";
}
