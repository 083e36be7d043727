import type { Command, Reference } from "./command.ts";
import { readReference, readStatus } from "./reference.ts";

/** A longer message tells something; it does not just ask for one thing. */
const longest = 400;

const polite =
  /^(?:(?:hi|hey|hello|ok|okay)[,!.]? )?(?:docent[,:] )?(?:(please|kindly),? |((?:can|could|would|will) you)(?: please| kindly)? |(i(?:'d| would) like you to|i want you to) )?(?:please )?/i;

const list = "(?:task ?list|to-?do ?list|list of tasks|tasks|to-?dos|list)";
const whose = "(?: all)?(?: of)?(?: my| the)?";
const listings: readonly RegExp[] = [
  new RegExp(
    `^(?:list|show|display|view|see|give|tell|read|get)(?: me)?${whose}(?: ([a-z]+))? ${list}$`,
    "i",
  ),
  new RegExp(`^(?:what(?:'s| is| are)|which are)(?: all)?(?: of)? my(?: ([a-z]+))? ${list}$`, "i"),
  new RegExp(`^what(?:'s| is| do i have)()(?: (?:on|in|left on)) my ${list}$`, "i"),
  new RegExp(
    `^(?:what|which)(?: ([a-z]+))? tasks (?:do i have|have i got|are on my list)(?: left)?$`,
    "i",
  ),
  new RegExp(`^do i have any(?: ([a-z]+))? (?:tasks|to-?dos)(?: left)?$`, "i"),
  new RegExp(`^(?:all )?my(?: ([a-z]+))? (?:tasks|to-?dos|task list|to-?do list)$`, "i"),
];
const whichAre = /^(?:which|what)(?: of)?(?: my)? tasks are (?:still )?([a-z]+)$/i;
const leftToDo = /^what (?:do i (?:still )?have to do|is (?:still )?left to do|have i got to do)$/i;

const additions: readonly RegExp[] = [
  /^(?:add|create|make|set up) (?:a |an |one |another )?(?:new )?(?:task|to-?do|reminder)(?: item)?(?:: ?| (?:called|named|titled|to|for|[-–—]) )(.+)$/i,
  /^(?:add|create) (?:a |an )?(?:new )?(?:task|to-?do)(?: item)? (["“„«'‘].+["”“»'’])$/i,
  /^add (?:new )?task (.+)$/i,
  /^(?:a )?new (?:task|to-?do)(?:: ?| (?:(?:to|called|named|[-–—]) )?)(.+)$/i,
  /^remind me (?:to|about) (.+)$/i,
  /^(?:add|put) (.+?) (?:to|on|onto|in|into) (?:my|the) (?:(?:task|to-?do) ?list|tasks|to-?dos|list)$/i,
  /^add (.+?) as a (?:new )?(?:task|to-?do)$/i,
];

const done = "(?:done|complete|completed|finished)";
const undone =
  "(?:not (?:yet )?(?:done|complete|completed|finished)|undone|open|pending|incomplete|unfinished)";
/** `certain`: only a task can be meant; otherwise it may be a question about the documents. */
const changes: readonly {
  readonly kind: "complete" | "reopen" | "delete";
  readonly pattern: RegExp;
  readonly certain: boolean;
}[] = [
  {
    kind: "reopen",
    pattern: new RegExp(`^(?:mark|set) (.+?)(?: as)? ${undone}$`, "i"),
    certain: true,
  },
  {
    kind: "complete",
    pattern: new RegExp(`^(?:mark|set|tick|check)(?: off)? (.+?)(?: off)?(?: as)? ${done}$`, "i"),
    certain: true,
  },
  { kind: "complete", pattern: /^(?:check|tick|cross) off (.+)$/i, certain: true },
  { kind: "complete", pattern: /^(?:check|tick|cross) (.+) off$/i, certain: true },
  {
    kind: "delete",
    pattern:
      /^(?:delete|remove|erase|take) (.+?) (?:from|off) (?:my|the) (?:(?:task|to-?do) ?list|tasks|list)$/i,
    certain: true,
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
  /^change (?:the )?(?:title|name) of (.+)$/i,
  /^change ((?:the |my )?task .+)$/i,
];

/**
 * What a message plainly asks for, read as a whole: a sentence that only contains such words asks for
 * nothing, and a question about how something is done is a question.
 */
export function parseCommand(message: string): Command | undefined {
  if (message.length > longest || /\S\s*\n\s*\S/.test(message)) return undefined;
  const line = message.replaceAll(/\s+/g, " ").replaceAll("’", "'").trim();
  const [courtesy = "", , asked] = polite.exec(line) ?? [];
  const isAsked = asked !== undefined;
  const ended = line
    .slice(courtesy.length)
    .replace(/(?:,? (?:please|for me|thanks|thank you|now))*[.!?\s]*$/i, "");
  const listing = parseListing(ended);
  if (listing) return listing;
  // “Delete task 2?” wonders; “Can you delete task 2?” asks for it.
  if (/\?\s*$/.test(line) && !isAsked) return undefined;
  return parseAddition(ended) ?? parseChange(ended) ?? parseRenaming(ended);
}

function parseListing(text: string): Command | undefined {
  if (leftToDo.test(text)) return { kind: "list", status: "pending" };
  const state = whichAre.exec(text)?.[1];
  const found =
    state === undefined ? listings.map((each) => each.exec(text)).find(Boolean) : undefined;
  if (state === undefined && !found) return undefined;
  const status = readStatus(state ?? found?.[1]);
  return status && { kind: "list", status };
}

function parseAddition(text: string): Command | undefined {
  const title = additions.map((each) => each.exec(text)?.[1]).find((each) => each !== undefined);
  return title === undefined ? undefined : { kind: "add", title: unquote(title) };
}

function parseChange(text: string): Command | undefined {
  for (const { kind, pattern, certain } of changes) {
    const phrase = pattern.exec(text)?.[1];
    const task = phrase === undefined ? undefined : readReference(phrase.trim());
    if (task) return { kind, task: certain ? asTask(task) : task };
  }
  return undefined;
}

function parseRenaming(text: string): Command | undefined {
  const rest = renamings.map((each) => each.exec(text)?.[1]).find((each) => each !== undefined);
  if (rest === undefined) return undefined;
  const readings = Array.from(rest.matchAll(/ (?:to|into|as) /gi), ({ index, 0: joint }) => ({
    task: readReference(rest.slice(0, index).trim()),
    title: unquote(rest.slice(index + joint.length)),
  })).flatMap(({ task, title }) =>
    // What is renamed is one thing.
    task && task.kind !== "all" && title !== "" ? [{ task: asTask(task), title }] : [],
  );
  return readings.length === 0 ? undefined : { kind: "rename", readings };
}

function asTask(reference: Reference): Reference {
  return reference.kind === "title" ? { ...reference, certain: true } : reference;
}

function unquote(title: string): string {
  return /^["“„«'‘](.+)["”“»'’]$/.exec(title.trim())?.[1]?.trim() ?? title.trim();
}
