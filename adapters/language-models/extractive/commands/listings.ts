import type { TaskCommand } from "./command.ts";
import { readStatus } from "./reference.ts";

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
    `^(?:what|which|how many)(?: ([a-z]+))? (?:tasks|to-?dos) (?:do i have|have i got|are on my list)(?: left)?$`,
    "i",
  ),
  new RegExp(`^do i have any(?: ([a-z]+))? (?:tasks|to-?dos)(?: left)?$`, "i"),
  new RegExp(`^(?:all )?my(?: ([a-z]+))? (?:tasks|to-?dos|task list|to-?do list)$`, "i"),
];
const whichAre =
  /^(?:which|what|(?:list|show)(?: me)?)(?: of)?(?: all)?(?: my)? tasks (?:(?:that|which) )?are (?:still )?([a-z]+)$/i;
const left =
  /^(?:what (?:do i (?:still )?have to do|is (?:still )?left to do|have i got to do)|what(?:'s| is) left(?: to do)?|how many tasks are left)(?: today| now)?$/i;
/** May also be a question about the documents. */
const bare = /^(?:the )?(?:([a-z]+) )?(?:tasks|to-?dos|task ?list|to-?do ?list)$/i;

/** The listing that a phrase asks for, if it does. */
export function parseListing(text: string): TaskCommand | undefined {
  if (left.test(text)) return { kind: "list", status: "pending", certain: true };
  const state = whichAre.exec(text)?.[1];
  const found =
    state === undefined ? listings.map((each) => each.exec(text)).find(Boolean) : undefined;
  const certain = state !== undefined || found !== undefined;
  const looked = certain ? undefined : bare.exec(text);
  if (!certain && !looked) return undefined;
  const status = readStatus(state ?? found?.[1] ?? looked?.[1]);
  return status && { kind: "list", status, certain };
}
