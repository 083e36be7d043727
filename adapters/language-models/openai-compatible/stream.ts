import { createParser } from "eventsource-parser";
import { PortFailure } from "../../../handlers/ports/failure.ts";
import {
  charactersPerToken,
  type FinishReason,
  type ModelPart,
  type Usage,
} from "../../../handlers/ports/language-model.ts";
import { connectionFailure, frameFailure } from "../failures.ts";
import { createFramePattern } from "./frame-pattern.ts";
import { countTokens, textIn, thoughtsIn, type Delta, type Frame } from "./frames.ts";
import { createThoughtFilter } from "./thoughts.ts";
import { createToolCallCollector } from "./tool-calls.ts";

/** The longest frame, in characters. */
const frameLength = 1_000_000;

/** One event of one line and without a name, as nearly all servers write them. */
const wholeEvent = /^data: [^\r\n]+\n\n$/;

const finishReasons: Readonly<Record<string, FinishReason>> = {
  length: "length",
  max_tokens: "length",
  content_filter: "content_filter",
  safety: "content_filter",
  recitation: "content_filter",
};

/**
 * Decodes the text of a chat-completions stream into parts. Deltas that arrive in one piece of text leave as
 * one part, which costs a tenth of one part each. Calls that are longer than `answerTokens` allow are cut.
 */
export function createStreamDecoder(name: string, model: string, answerTokens: number) {
  const calls = createToolCallCollector(model);
  const thoughts = createThoughtFilter();
  let parts: ModelPart[] = [];
  let text = "";
  let reasoning = "";
  let usage: Usage = { input_tokens: 0, output_tokens: 0 };
  let reason: string | undefined;
  /** Whether nothing was said after the finish reason. */
  let isExplained = false;
  /** Whether nothing was said beside it, either. */
  let isEnding = false;
  let isDone = false;
  let isCut = false;
  let hasHeard = false;
  let failure: PortFailure | undefined;
  const pattern = createFramePattern();
  /** Whether the parser has read all events to their ends. */
  let isBetweenEvents = false;

  const flush = () => {
    if (reasoning !== "") parts.push({ type: "reasoning-delta", text: reasoning });
    if (text !== "") parts.push({ type: "text-delta", text });
    text = "";
    reasoning = "";
  };
  const think = (piece: string) => {
    if (text !== "") flush();
    reasoning += piece;
  };
  const speak = (piece: string) => {
    text += piece;
  };

  /** Returns whether the delta says anything. */
  function take(delta: Delta): boolean {
    const { tool_calls } = delta;
    const content = textIn(delta.content);
    // vLLM's piece that ends the thoughts also begins the text.
    const thought = thoughtsIn(delta.content) || delta.reasoning_content || delta.reasoning;
    const isHeard = Boolean(content || thought || delta.refusal || tool_calls?.length);
    if (isHeard) {
      hasHeard = true;
      // Some servers tell an end too early: Open WebUI before the first thought, bridges to Gemini with each piece.
      isExplained = false;
      isEnding = false;
    }
    if (thought) think(thought);
    if (content) {
      if (delta.extra_content?.google?.thought) think(content.replace(/<\/?thought>/g, ""));
      else if (thoughts.isIdle()) speak(content);
      else thoughts.push(content, think, speak);
    }
    if (delta.refusal) speak(delta.refusal);
    if (tool_calls) {
      for (const call of tool_calls) calls.add(call);
      isCut = calls.size() > answerTokens * charactersPerToken;
      isDone = isCut;
    }
    return isHeard;
  }

  function read(frame: Frame): void {
    if (frame.error) throw frameFailure(name, frame.error);
    if (frame.usage) {
      const { prompt_tokens, completion_tokens } = frame.usage;
      usage = {
        input_tokens: countTokens(prompt_tokens),
        output_tokens: countTokens(completion_tokens),
      };
    }
    const choice = frame.choices?.[0];
    if (!choice) return;
    if (choice.error) throw frameFailure(name, choice.error);
    const delta = choice.delta ?? choice.message;
    const isHeard = delta ? take(delta) : false;
    if (choice.finish_reason) {
      reason = choice.finish_reason.toLowerCase();
      isExplained = true;
      isEnding = !isHeard;
    }
    if (reason === "error") throw frameFailure(name, undefined);
  }

  function hear(data: string): void {
    if (isDone) return;
    const content = pattern.match(data);
    if (content !== undefined) return void take({ content });
    // Some servers put blanks behind it, and keep connections alive by frames without data.
    const told = data.trimEnd();
    if (told === "[DONE]") isDone = true;
    if (told === "[DONE]" || told === "") return;
    const frame = parse(data);
    if (!frame) return;
    read(frame);
    pattern.learn(data, frame);
  }

  function parse(data: string): Frame | undefined {
    let frame: unknown;
    try {
      frame = JSON.parse(data);
    } catch {
      // Without its cause, whose message would quote the answer.
      throw connectionFailure(name, "sent a frame that cannot be read");
    }
    return typeof frame === "object" && frame !== null ? frame : undefined;
  }

  const parser = createParser({
    maxBufferSize: frameLength,
    onEvent({ data, event }) {
      if (event !== "error") return hear(data);
      const frame = isDone ? undefined : parse(data);
      if (frame) throw frameFailure(name, frame.error ?? frame);
    },
    onError(error) {
      if (error.type === "max-buffer-size-exceeded")
        throw connectionFailure(name, "sent a frame that is too long");
    },
  });

  return {
    /** Whether `[DONE]` was received. */
    isDone: () => isDone,
    /** Whether calls were too long, so that the rest is not wanted. */
    isCut: () => isCut,
    /** Whether the end was told, and nothing said since. */
    isFinished: () => isDone || isExplained,
    /** Whether no more is to be said: only usage may follow. */
    isEnding: () => isDone || isEnding,
    /** Whether the piece just fed held text, reasoning or a part of a call. */
    hasHeard: () => hasHeard,
    /** The error in what was fed, to be thrown after the parts before it. */
    failure: () => failure,
    /** The parts in a piece of the stream. */
    feed(piece: string): readonly ModelPart[] {
      parts = [];
      hasHeard = false;
      try {
        // The usual piece is one whole event, on which the parser's work would cost as much as all of ours.
        if (isBetweenEvents && wholeEvent.test(piece)) hear(piece.slice(6, -2));
        else {
          parser.feed(piece);
          isBetweenEvents = piece.endsWith("\n\n");
        }
      } catch (error) {
        if (!(error instanceof PortFailure)) throw error;
        failure = error;
      }
      flush();
      return parts;
    },
    /** The last parts: tool calls and the finish. @throws PortFailure when the stream was cut off */
    finish(): readonly ModelPart[] {
      parts = [];
      thoughts.flush(think, speak);
      flush();
      if (!isDone && !isExplained) throw connectionFailure(name, "was cut off");
      const cut = isCut ? "length" : finishReasons[reason ?? ""];
      // An answer cut off by a limit may end inside a call: none is made.
      const whole = cut === undefined ? calls.finish() : [];
      for (const call of whole) parts.push({ type: "tool-call", call, basis: "proposal" });
      const finishReason = cut ?? (whole.length > 0 ? "tool_calls" : "stop");
      parts.push({ type: "finished", finishReason, usage });
      return parts;
    },
  };
}
