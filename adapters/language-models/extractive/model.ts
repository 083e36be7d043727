import { signInForTasks, taskTools } from "../../../handlers/contract/tool-names.ts";
import type { LanguageModel, ModelRequest } from "../../../handlers/ports/language-model.ts";
import { act, type Step } from "./commands/act.ts";
import type { Certainty } from "./commands/command.ts";
import { readCommand } from "./commands/follow-up.ts";
import { repliesIn } from "./commands/replies.ts";
import { quoteBlocks } from "./quote.ts";
import { declineWriting, refuse, refuseSelection } from "./refusals.ts";
import { smallTalk } from "./small-talk.ts";
import { pleaseConfirm, tellResults } from "./commands/words.ts";

/**
 * Answers without a language model by quoting, word for word, the blocks that retrieval found to answer
 * best, each with its passage's marker; where there are none, it says so in the question's language. It also carries
 * out task commands in the user's last message by tool calls; text from documents is never read as a command. Streams
 * a word at a time. Never fails.
 */
export function createExtractiveModel(): LanguageModel {
  return {
    name: "extractive",
    async *stream(request, signal) {
      const step = nextStep(request);
      if (step.kind === "call") {
        for (const [index, call] of step.calls.entries()) {
          const id = `words-${request.messages.length}-${index + 1}`;
          yield { type: "tool-call", call: { id, ...call }, basis: step.basis };
        }
      } else {
        const { grounding } = request;
        const told = grounding.mode === "passages" ? grounding.otherwise : undefined;
        const otherwise = step.kind === "answer" ? (told ?? step.otherwise) : undefined;
        const isRefused = step.kind === "answer" && grounding.quotes.length === 0;
        if (isRefused && otherwise === undefined) yield { type: "refused" };
        const text = step.kind === "say" ? step.text : answer(request, otherwise);
        for (const piece of pieces(text)) {
          if (signal.aborted) return;
          yield { type: "text-delta", text: piece, basis: "words" };
        }
      }
      yield {
        type: "finished",
        finishReason: step.kind === "call" ? "tool_calls" : "stop",
        usage: { input_tokens: 0, output_tokens: 0 },
        basis: "words",
      };
    },
  };
}

function nextStep({ messages, grounding, tools }: ModelRequest): Step {
  const quotes: Step = { kind: "answer" };
  const spoke = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[spoke]?.content ?? "";
  const declined = declineWriting(message);
  if (grounding.mode === "selection") {
    return declined === undefined ? quotes : { kind: "say", text: declined };
  }
  const replies = repliesIn(messages);
  const hasTasks = tools.some(({ name }) => name === taskTools.list);
  const before = messages.slice(0, spoke);
  const command = readCommand(message, before);
  if (command && (hasTasks || replies.length > 0)) return act(command, replies);
  const outcomes = replies.filter(({ tool }) => tool !== taskTools.list);
  if (outcomes.length > 0) return { kind: "say", text: tellResults(outcomes) };
  const certain = command && isAboutTasks(command);
  if (certain === true) return { kind: "say", text: signInForTasks };
  if (certain === "likely") return { kind: "answer", otherwise: signInForTasks };
  const said = before.at(-1);
  const isWaiting = said?.role === "assistant" && said.content.includes(pleaseConfirm);
  const talk = smallTalk(message, { hasTasks, isWaiting });
  const saying = talk ?? declined;
  return saying === undefined ? quotes : { kind: "say", text: saying };
}

/** The blocks that answer; where there are none, that there are none, or what else is to be said then. */
function answer({ grounding, messages }: ModelRequest, otherwise: string | undefined): string {
  if (grounding.quotes.length > 0) return quoteBlocks(grounding.quotes);
  const question = messages.findLast(({ role }) => role === "user")?.content ?? "";
  if (grounding.mode === "selection") return refuseSelection(question);
  return otherwise ?? refuse(question, grounding.related);
}

/** Whether a command is certainly about tasks; “Delete the old branch” may be a question about the documents. */
function isAboutTasks(command: NonNullable<ReturnType<typeof readCommand>>): Certainty {
  if (command.kind === "add" || command.kind === "list") return command.certain;
  const references =
    command.kind === "rename" ? command.readings.map(({ task }) => task) : [command.task];
  const degrees = references.map((each) => each.kind !== "title" || each.certain);
  return degrees.find((each) => each !== true) ?? true;
}

/** Words with the space after them; at most 24 characters, for scripts without spaces. */
function* pieces(text: string): Generator<string> {
  for (const [piece] of text.matchAll(/\S{1,24}\s*|\s+/gu)) yield piece;
}
