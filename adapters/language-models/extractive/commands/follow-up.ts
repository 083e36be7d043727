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
  const asked = before.at(-1);
  if (asked?.role !== "assistant" || !asked.content.includes(whichOne)) return undefined;
  const earlier = before.findLast((each) => each.role === "user");
  const command = earlier && parseCommand(earlier.content);
  const task = readChoice(message, asked.content);
  if (!command || !task) return undefined;
  if (command.kind === "rename") {
    return { kind: "rename", readings: command.readings.map(({ title }) => ({ title, task })) };
  }
  return "task" in command ? { kind: command.kind, task } : undefined;
}

/** One of the tasks shown, by its number or its position. */
function readChoice(message: string, shown: string): Reference | undefined {
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
    return chosen ?? readReference(`task ${number}`);
  }
  const word = /^(?:the )?(\w+)(?: (?:one|task))?$/i.exec(line)?.[1];
  const place = readOrdinal(word ?? "");
  const index = place?.kind === "numbers" ? (place.numbers[0] ?? 0) - 1 : offered.length - 1;
  return place && offered[index];
}
