import { formatMarker, replaceMarkers } from "../../../handlers/contract/citation-marker.ts";
import { taskTools } from "../../../handlers/contract/tool-names.ts";
import type { LanguageModel, ModelRequest, Quote } from "../../../handlers/ports/language-model.ts";
import { act, type Step } from "./commands/act.ts";
import { readCommand } from "./commands/follow-up.ts";
import { repliesIn } from "./commands/replies.ts";
import { smallTalk } from "./small-talk.ts";
import { pleaseConfirm, tellResults } from "./commands/words.ts";

const silence = "The documents do not say anything about this.";
const silentSelection = "The selected text does not say anything about this.";
const signIn =
  "Sign in to keep tasks: then I can add, list, complete, rename and delete them for you.";

/**
 * Answers without a language model by quoting, word for word, the sentences that retrieval found to
 * answer best, each with its passage's marker. It also carries out task commands in the user's last message
 * by tool calls; text from documents is never read as a command. Streams a word at a time. Never fails.
 */
export function createExtractiveModel(): LanguageModel {
  return {
    name: "extractive",
    async *stream(request, signal) {
      const step = nextStep(request);
      if (step.kind === "call") {
        for (const [index, call] of step.calls.entries()) {
          const id = `words-${request.messages.length}-${index + 1}`;
          yield { type: "tool-call", call: { id, ...call }, basis: "words" };
        }
      } else {
        const { mode, quotes } = request.grounding;
        const told = mode === "passages" ? request.grounding.otherwise : undefined;
        const text = step.kind === "say" ? step.text : quote(mode, quotes, told ?? step.otherwise);
        for (const piece of pieces(text)) {
          if (signal.aborted) return;
          yield { type: "text-delta", text: piece };
        }
      }
      yield {
        type: "finished",
        finishReason: step.kind === "call" ? "tool_calls" : "stop",
        usage: { input_tokens: 0, output_tokens: 0 },
      };
    },
  };
}

function nextStep({ messages, grounding, tools }: ModelRequest): Step {
  const answer: Step = { kind: "answer" };
  if (grounding.mode === "selection") return answer;
  const spoke = messages.findLastIndex(({ role }) => role === "user");
  const message = messages[spoke]?.content ?? "";
  const replies = repliesIn(messages);
  const hasTasks = tools.some(({ name }) => name === taskTools.list);
  const before = messages.slice(0, spoke);
  const command = readCommand(message, before);
  if (command && (hasTasks || replies.length > 0)) return act(command, replies);
  const outcomes = replies.filter(({ tool }) => tool !== taskTools.list);
  if (outcomes.length > 0) return { kind: "say", text: tellResults(outcomes) };
  if (command && isAboutTasks(command)) return { kind: "say", text: signIn };
  const said = before.at(-1);
  const isWaiting = said?.role === "assistant" && said.content.includes(pleaseConfirm);
  const talk = smallTalk(message, { hasTasks, isWaiting });
  return talk === undefined ? answer : { kind: "say", text: talk };
}

/** Whether a command is certainly about tasks; “Delete the old branch” may be a question about the documents. */
function isAboutTasks(command: NonNullable<ReturnType<typeof readCommand>>): boolean {
  if (command.kind === "add" || command.kind === "list") return command.certain;
  const references =
    command.kind === "rename" ? command.readings.map(({ task }) => task) : [command.task];
  return references.every((each) => each.kind !== "title" || each.certain);
}

function quote(
  mode: "passages" | "selection",
  quotes: readonly Quote[],
  otherwise: string = silence,
): string {
  if (quotes.length === 0) return mode === "selection" ? silentSelection : otherwise;
  return quotes
    .map(({ text, marker }) => {
      // A document's own footnote number would be read as a citation marker.
      const words = replaceMarkers(text, () => "");
      return marker === null ? words : `${words} ${formatMarker(marker)}`;
    })
    .join("\n\n");
}

/** Words with the space after them; at most 24 characters, for scripts without spaces. */
function* pieces(text: string): Generator<string> {
  for (const [piece] of text.matchAll(/\S{1,24}\s*|\s+/gu)) yield piece;
}
