import type { Reference, StatusFilter } from "./command.ts";

const ordinals = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");
const cardinals = "one two three four five six seven eight nine ten".split(" ");

const statuses: readonly (readonly [StatusFilter, RegExp])[] = [
  [
    "pending",
    /^(?:open|pending|unfinished|incomplete|remaining|active|outstanding|current|undone)$/i,
  ],
  ["completed", /^(?:done|completed?|finished|closed)$/i],
];

/** The filter that an adjective such as “open” names; undefined for any other word. */
export function readStatus(word: string | undefined): StatusFilter | undefined {
  if (word === undefined || word === "") return "all";
  return statuses.find(([, pattern]) => pattern.test(word))?.[0];
}

const everything =
  /^(?:everything|all|all of (?:them|it)|(?:everything|all) (?:on|in|from) (?:my|the) (?:task |to-?do )?list|(?:my|the) (?:(?:whole|entire) )?(?:task |to-?do )?list)$/i;
const allTasks = /^(?:all|every|each)(?: of)?(?: my| the)?(?: ([a-z]+))? (?:tasks?|to-?dos?)$/i;
const myTasks = /^(?:my|the|my own) (?:tasks|to-?dos)$/i;
const tasksOfState = /^(?:my |the )?([a-z]+) (?:tasks|to-?dos)$/i;
const someTask =
  /^(?:it|this|that|them|these|those|one|(?:a |some |my |the |this |that |these |those )?(?:tasks?|to-?dos?))$/i;
const number = "(?:number |no\\.? ?|nr\\.? ?|#)?(\\d{1,4})";
const numberedTask = new RegExp(`^(?:the |my )?(?:tasks?|to-?dos?) ${number}$`, "i");
const severalNumbers =
  /^(?:the |my )?(?:tasks|to-?dos|task|to-?do) (#?\d{1,4}(?:(?:,| and|, and| &) (?:task )?#?\d{1,4})+)$/i;
const range =
  /^(?:the |my )?(?:tasks|to-?dos) #?(\d{1,4})(?: ?[-–—] ?| to | through )#?(\d{1,4})$/i;
const bareNumber = /^(?:number |no\.? ?|#)(\d{1,4})$/i;
const nthTask = /^(?:the |my )?(\w+) (?:task|to-?do)$/i;
const spelledTask = /^(?:the |my )?(?:task|to-?do)(?: number)? (\w+)$/i;
const someKindOfTask = /^(?:the |my |an? |some )?([a-z]+) (?:task|to-?do)$/i;
const ages = /^(?:new|newer|newest|latest|recent|old|older|oldest|other|next|previous|only)$/i;
const quoted =
  /^(?:(?:the|my) )?(?:(?:task|to-?do)(?::| called| named| titled)? )?["“„«'‘]([^"“”„«»]+)["”“»'’](?: (?:task|to-?do))?$/i;
const calledTask = /^(?:the |my )?(?:task|to-?do)(?::| called| named| titled)? (.+)$/i;
const nounTask = /^(?:the |my )(.+) (?:task|to-?do)$/i;

const mostNumbers = 21;

/** Words; a longer phrase is a sentence, not a title. */
const bareWords = 12;

/** Which task a phrase names; undefined when it cannot name one. */
export function readReference(phrase: string): Reference | undefined {
  if (everything.test(phrase)) return { kind: "all", status: "all" };
  const all = allTasks.exec(phrase);
  if (all) {
    const status = readStatus(all[1]);
    return status && { kind: "all", status };
  }
  if (myTasks.test(phrase)) return { kind: "all", status: "all" };
  const state = readStatus(tasksOfState.exec(phrase)?.[1] ?? "");
  if (state !== undefined && state !== "all") return { kind: "all", status: state };
  if (someTask.test(phrase)) return { kind: "some" };
  const several = severalNumbers.exec(phrase)?.[1];
  if (several !== undefined) return numbers(...(several.match(/\d+/g) ?? []).map(Number));
  const [, from, to] = range.exec(phrase) ?? [];
  if (to !== undefined) return numbersFrom(Number(from), Number(to));
  const one = numberedTask.exec(phrase)?.[1] ?? bareNumber.exec(phrase)?.[1];
  if (one !== undefined) return numbers(Number(one));
  const nth = readOrdinal(nthTask.exec(phrase)?.[1] ?? "");
  if (nth) return nth;
  // “The completed task” is none whose title says “completed”.
  const kindOfTask = someKindOfTask.exec(phrase)?.[1];
  if (kindOfTask !== undefined && (ages.test(kindOfTask) || readStatus(kindOfTask) !== undefined)) {
    return { kind: "some" };
  }
  const spelled = cardinals.indexOf(spelledTask.exec(phrase)?.[1]?.toLowerCase() ?? "");
  if (spelled >= 0) return numbers(spelled + 1);
  const name =
    quoted.exec(phrase)?.[1] ?? calledTask.exec(phrase)?.[1] ?? nounTask.exec(phrase)?.[1];
  if (name !== undefined) return { kind: "title", title: name.trim(), certain: true };
  if (phrase.split(" ").length > bareWords) return undefined;
  return { kind: "title", title: phrase, certain: false };
}

/** Reads `second`, `2nd` and `last`. */
export function readOrdinal(word: string): Reference | undefined {
  const lower = word.toLowerCase();
  if (lower === "last") return { kind: "last" };
  const index = ordinals.indexOf(lower);
  const digits = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(lower)?.[1];
  if (index >= 0) return numbers(index + 1);
  return digits === undefined ? undefined : numbers(Number(digits));
}

/** At most 21 numbers, one more than a turn changes, so that a longer range is noticed. */
function numbersFrom(from: number, to: number): Reference {
  const count = Math.max(1, Math.min(to - from + 1, mostNumbers));
  return numbers(...Array.from({ length: count }, (_, index) => from + index));
}

function numbers(...wanted: readonly number[]): Reference {
  return { kind: "numbers", numbers: [...new Set(wanted)] };
}
