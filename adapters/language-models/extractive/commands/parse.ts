import type { Certainty, TaskCommand, Reference } from "./command.ts";
import { parseAddition, unquote } from "./additions.ts";
import { parseListing } from "./listings.ts";
import { readReference } from "./reference.ts";

/** Characters; a longer message is not a command. */
const longest = 400;

const polite =
  /^(?:(?:hi|hey|hello|ok|okay)(?: there)?[,!.]? )?(?:docent[,:] )?(?:(?:please|kindly),? )?(?:((?:can|could|would|will) you)(?: please| kindly)?,? |(?:i(?:'d| would) like you to|i want you to) )?(?:please )?/i;
/** Accepted before additions and listings only: “I need to delete task 2” may be thinking aloud. */
const wish = /^(?:i(?:'d| would) like to|i want to|i need to|let's|let me) /i;

const done = "(?:done|complete|completed|finished)";
const undone =
  "(?:not (?:yet )?(?:done|complete|completed|finished)|undone|open|pending|incomplete|unfinished)";
const setting =
  "(?:change|update|edit|set|move) (?!.* (?:title|name) (?:to|into|as) )((?:the |my )?(?:tasks? .+?|to-?do .+?|\\w+ task))(?:'s status)? (?:to|into|as)";
/**
 * `certain`: whether only a task can be meant, or perhaps something in the documents. `only`: the kinds
 * of reference that make the pattern a command; with others it may be a mere statement.
 */
const changes: readonly {
  readonly kind: "complete" | "reopen" | "delete";
  readonly pattern: RegExp;
  readonly certain: Certainty;
  readonly only?: readonly Reference["kind"][];
}[] = [
  {
    kind: "complete",
    pattern: new RegExp(
      `^(?:i(?:'m| am|'ve| have)? )?(?:done with|finished with|finished|completed|did|done) (.+)$`,
      "i",
    ),
    certain: true,
    only: ["numbers", "last"],
  },
  {
    kind: "complete",
    pattern: new RegExp(`^(.+) (?:is|are) (?:now )?${done}$`, "i"),
    certain: true,
    only: ["numbers", "last"],
  },
  { kind: "delete", pattern: /^(?:clear|empty|wipe) (.+)$/i, certain: true, only: ["all"] },
  // “Change task 1 to done” gives it no new title; “change task 1's title to done” does.
  { kind: "reopen", pattern: new RegExp(`^${setting} ${undone}$`, "i"), certain: true },
  { kind: "complete", pattern: new RegExp(`^${setting} ${done}$`, "i"), certain: true },
  {
    kind: "reopen",
    pattern: new RegExp(`^(?:mark|set) (.+?)(?: as)? ${undone}$`, "i"),
    certain: "likely",
  },
  {
    kind: "complete",
    pattern: new RegExp(`^(?:mark|set|tick|check)(?: off)? (.+?)(?: off)?(?: as)? ${done}$`, "i"),
    certain: "likely",
  },
  { kind: "complete", pattern: /^(?:check|tick|cross) off (.+)$/i, certain: true },
  { kind: "complete", pattern: /^(?:check|tick|cross) (.+) off$/i, certain: true },
  {
    kind: "delete",
    pattern:
      /^(?:delete|remove|erase|take) (.+?) (?:from|off) (?:my|the) (?:(?:task|to-?do) ?list|tasks|(?<=my )list)$/i,
    certain: true,
  },
  {
    kind: "delete",
    pattern: /^(?:delete|remove|erase|take) (.+?) (?:from|off) the list$/i,
    certain: "likely",
  },
  { kind: "complete", pattern: /^(?:complete|finish) (.+)$/i, certain: false },
  {
    kind: "reopen",
    pattern: /^(?:re-?open|un-?complete|un-?check|un-?tick) (.+)$/i,
    certain: false,
  },
  { kind: "delete", pattern: /^(?:delete|remove|erase|discard|get rid of) (.+)$/i, certain: false },
];

const renamings: readonly RegExp[] = [
  /^(?:rename|retitle) (.+?)$/i,
  /^(?:change|update|edit|set) (?:the )?(?:title|name) of (.+)$/i,
  /^(?:change|update|edit) ((?:the |my )?(?:task|to-?do) .+)$/i,
];

/**
 * The command that a message as a whole is, if it is one. A sentence that only contains such words is not, nor
 * is a question about how something is done.
 */
export function parseCommand(message: string): TaskCommand | undefined {
  if (message.length > longest || /\S\s*\n\s*\S/.test(message)) return undefined;
  const line = message.replaceAll(/\s+/g, " ").replaceAll("’", "'").trim();
  const [courtesy = "", asked] = polite.exec(line) ?? [];
  const wanted = line.slice(courtesy.length);
  const ended = wanted.replace(/(?:,? (?:please|for me|thanks|thank you|now))*[.!?\s]*$/i, "");
  const listing = parseListing(ended.replace(wish, ""));
  if (listing) return listing;
  // “Delete task 2?” is not a command; “Can you delete task 2?” is.
  if (/\?\s*$/.test(line) && asked === undefined) return undefined;
  // At the end of a title such words belong to it: “say thank you”, “call now”.
  const kept = wanted.replace(/(?:,? please|, (?:for me|thanks|thank you|now))*[.!?\s]*$/i, "");
  const addition = parseAddition(ended.replace(wish, ""));
  if (addition?.kind === "add" && addition.titles.length > 0) {
    const whole = parseAddition(kept.replace(wish, ""));
    return whole?.kind === "add" && whole.certain ? whole : addition;
  }
  return addition ?? parseChange(ended) ?? parseRenaming(kept) ?? parseRenaming(ended);
}

function parseChange(text: string): TaskCommand | undefined {
  for (const { kind, pattern, certain, only } of changes) {
    const phrase = pattern.exec(text)?.[1];
    const task = phrase === undefined ? undefined : readReference(phrase.trim());
    if (!task || (only && !only.includes(task.kind))) continue;
    return { kind, task: asTask(task, certain) };
  }
  return undefined;
}

function parseRenaming(text: string): TaskCommand | undefined {
  const rest = renamings.map((each) => each.exec(text)?.[1]).find((each) => each !== undefined);
  if (rest === undefined) return undefined;
  const joints = Array.from(rest.matchAll(/ (?:to|into|as) /gi));
  const readings = joints.flatMap(({ index, 0: joint }) => {
    const task = readReference(withoutTitle(rest.slice(0, index)));
    const title = unquote(rest.slice(index + joint.length));
    // Only one task can be renamed.
    return task && task.kind !== "all" && title !== ""
      ? [{ task: asTask(task, "likely"), title }]
      : [];
  });
  if (readings.length > 0) return { kind: "rename", readings };
  const task = joints.length === 0 ? readReference(withoutTitle(rest)) : undefined;
  return task && task.kind !== "all" ? { kind: "rename-to-what", task } : undefined;
}

/** “Task 2's title” is task 2. */
function withoutTitle(phrase: string): string {
  return phrase.trim().replace(/(?:'s)? (?:title|name)$/i, "");
}

function asTask(reference: Reference, certain: Certainty): Reference {
  if (reference.kind !== "title" || reference.certain === true) return reference;
  return { ...reference, certain };
}
