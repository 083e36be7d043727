import type { TaskCommand } from "./command.ts";

const task = "(?:task|to-?do|reminder)(?: item)?";
const tasks = "(?:tasks|to-?dos|reminders)";
const lists = "(?:(?:task|to-?do) ?list|tasks|to-?dos|list)";
/** “Add a task to my list”: where to, not what. */
const where = `(?: for me)?(?: (?:to|on|onto|in|into) (?:my|the) ${lists})?(?: for me)?`;
/** Begins what is to be done; what has an article is rather where to, as in “add a task to the board”. */
const to = "to (?!(?:an?|the|my|your|our|this|that|each|every|all) )";
const making = "(?:add|create|make|set up)";

const additions: readonly RegExp[] = [
  new RegExp(
    `^${making} (?:a |an |one |another )?(?:new )?${task}${where}(?: ?: ?| (?:(?:called|named|titled|for|[-–—]) |${to}))(.+)$`,
    "i",
  ),
  new RegExp(`^${making} (?:a |an )?(?:new )?${task}${where} (["“„«'‘].+["”“»'’])$`, "i"),
  // Not “add task list …” or “add a task that …”.
  new RegExp(
    `^(?:add|create|make) (?:a )?(?:new )?(?:task|to-?do|reminder) (?!lists?\\b|that\\b|to\\b)(.+)$`,
    "i",
  ),
  /^(?:a )?new (?:task|to-?do)(?:: ?| (?:(?:to|called|named|[-–—]) )?)(.+)$/i,
  new RegExp(`^${task}(?: ?: ?| [-–—] )(.+)$`, "i"),
  /^set (?:up )?(?:a )?reminder (?:to|for|about) (.+)$/i,
  /^remind me (?:to|about) (.+)$/i,
  /^(?:don't|do not) (?:let me )?forget to (.+)$/i,
  new RegExp(
    `^(?:add|put) (.+?) (?:to|on|onto|in|into) (?:my|the) (?!(?<=the )list$)${lists}$`,
    "i",
  ),
  /^add (.+?) as a (?:new )?(?:task|to-?do)$/i,
];
const timed =
  /^remind me ((?:tomorrow|today|tonight|later)(?: (?:at|in) [\w:. ]{1,15})?|(?:next|this|on|at|in) [\w:. ]{1,20}) to (.+)$/i;
const several = new RegExp(
  `^${making} (?:the following |these |some |\\w+ )?(?:new )?${tasks}${where}(?: ?: ?| ${to})(.+)$`,
  "i",
);
const quotedTitle = `["“„«][^"“”„«»]+["”“»]`;
const severalQuoted = new RegExp(
  `^${making} (?:the )?(?:new )?(?:${task}|${tasks})${where}(?: ?:| called| named)? (${quotedTitle}(?:(?:, and|, ?|; ?| and| &) ?${quotedTitle})+)$`,
  "i",
);
/** One title with what is before it; a separator in quotation marks is part of the title. */
const oneTitle = new RegExp(
  `(?:^|,(?: and)? |; ?| and )((?:["“„«][^"“”„«»]*["”“»]|(?!,(?: and)? |; ?| and ).)*)`,
  "gi",
);
const nothing = new RegExp(
  `^${making} (?:a |an |one |another |some )?(?:new )?(?:${task}|${tasks})${where}(?: (?:called|named|titled|to|for))?$|^(?:a )?new ${task}$`,
  "i",
);
/** What may be something else, such as “add an item to the list”. */
const anything = /^(?:add|put(?=.* the list$)) (.+?)(?: (?:to|on|onto|in|into) the list)?$/i;

/** One more than are added at a time, so that the user is told that not all are. */
const mostTitles = 21;

/** The addition that a phrase asks for, if it does; without titles where it does not say what. */
export function parseAddition(text: string): TaskCommand | undefined {
  if (nothing.test(text)) return { kind: "add", titles: [], certain: true };
  const [, when, what] = timed.exec(text) ?? [];
  if (what !== undefined) return one(`${unquote(what)} ${when}`);
  const quoted = severalQuoted.exec(text)?.[1]?.match(new RegExp(quotedTitle, "g"));
  const list = several.exec(text)?.[1];
  if (quoted || list !== undefined) {
    const found = quoted ?? Array.from((list ?? "").matchAll(oneTitle), ([, title = ""]) => title);
    const titles = found.map(unquote);
    const named = titles.filter((title) => title !== "").slice(0, mostTitles);
    return { kind: "add", titles: named, certain: true };
  }
  const title = additions.map((each) => each.exec(text)?.[1]).find((each) => each !== undefined);
  if (title !== undefined) return one(unquote(title));
  const thing = anything.exec(text)?.[1];
  return thing === undefined
    ? undefined
    : { kind: "add", titles: [unquote(thing)], certain: false };
}

function one(title: string): TaskCommand {
  return { kind: "add", titles: [title], certain: true };
}

/** The title without quotation marks around it. */
export function unquote(title: string): string {
  return /^["“„«'‘](.+)["”“»'’]$/.exec(title.trim())?.[1]?.trim() ?? title.trim();
}
