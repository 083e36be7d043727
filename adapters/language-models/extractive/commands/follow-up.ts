import type { ModelMessage } from "../../../../handlers/ports/language-model.ts";
import type { TaskCommand, Reference } from "./command.ts";
import { parseCommand } from "./parse.ts";
import { readOrdinal, readReference } from "./reference.ts";
import { whichOne } from "./words.ts";

/** The command in a message, by itself or as the answer to “Which one do you mean?”. */
export function readCommand(
  message: string,
  before: readonly ModelMessage[],
): TaskCommand | undefined {
  return parseCommand(message) ?? parseChoice(message, before);
}

function parseChoice(message: string, before: readonly ModelMessage[]): TaskCommand | undefined {
  const command = commandAsked(before);
  if (!command || command.kind === "add" || command.kind === "list") return undefined;
  const choice = readChoice(message, before.at(-1)?.content ?? "");
  if (!choice) return undefined;
  const references =
    command.kind === "rename" ? command.readings.map(({ task }) => task) : [command.task];
  // Where any task may be meant, only the first ones were shown. Otherwise a number that was not shown may be a
  // place among those shown: the question is asked again.
  const isAny = references.every(({ kind }) => kind === "some");
  const task = choice.shown ?? (isAny ? choice.otherwise : undefined);
  if (!task) return command;
  if (command.kind === "rename") {
    return { kind: "rename", readings: command.readings.map(({ title }) => ({ title, task })) };
  }
  return { kind: command.kind, task };
}

/** The command about which the assistant has just asked “Which one do you mean?”, perhaps again. */
function commandAsked(before: readonly ModelMessage[]): TaskCommand | undefined {
  const asked = before.at(-1);
  if (asked?.role !== "assistant" || !asked.content.startsWith(whichOne)) return undefined;
  const spoke = before.findLastIndex(({ role }) => role === "user");
  const message = before[spoke]?.content ?? "";
  return parseCommand(message) ?? commandAsked(before.slice(0, Math.max(spoke, 0)));
}

interface Choice {
  /** The task that was shown so; undefined: none was. */
  readonly shown: Reference | undefined;
  readonly otherwise?: Reference | undefined;
}

/** One of the tasks shown, by its number or its position; undefined for any other message. */
function readChoice(message: string, shown: string): Choice | undefined {
  const line = message
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.!]*$/, "");
  const offered = Array.from(shown.matchAll(/^(\d+)\. (.*?)(?: \(done\))?$/gm)).map(
    ([, digits, title = ""]) => ({ kind: "shown", number: Number(digits), title }) as const,
  );
  const number = /^(?:task |number |#)?(\d{1,4})$/i.exec(line)?.[1];
  if (number !== undefined) {
    // With its title: the numbers may have changed since.
    const chosen = offered.find((each) => each.number === Number(number));
    return { shown: chosen, otherwise: readReference(`task ${number}`) };
  }
  const word = /^(?:the )?(\w+)(?: (?:one|task))?$/i.exec(line)?.[1];
  const place = readOrdinal(word ?? "");
  const index = place?.kind === "numbers" ? (place.numbers[0] ?? 0) - 1 : offered.length - 1;
  return place && { shown: offered[index] };
}
