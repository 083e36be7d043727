import { Problem } from "./problem.ts";

/**
 * The opaque parts of the entity tags in If-Match, undefined where any version will do: no header, or
 * `*`. Weak tags are left out: here they never match (RFC 9110 §13.1.1).
 *
 * @throws Problem 400
 */
export function readIfMatch(request: Request): readonly string[] | undefined {
  const tags = readTags(request, "if-match");
  return tags === "*" ? undefined : tags?.flatMap(({ weak, opaque }) => (weak ? [] : [opaque]));
}

/**
 * Whether If-None-Match names this version: the caller has it already (RFC 9110 §13.1.2).
 *
 * @throws Problem 400
 */
export function hasVersion(request: Request, opaque: string): boolean {
  const tags = readTags(request, "if-none-match");
  return tags === "*" || (tags?.some((tag) => tag.opaque === opaque) ?? false);
}

/** 412 for a resource that is not in a version which If-Match names (RFC 9110 §13.1.1). */
export function preconditionFailed(): Problem {
  return new Problem(
    412,
    "precondition_failed",
    "This was changed in the meantime. Read it again, then decide.",
  );
}

interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

const entityTag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;
const tagList = new RegExp(`^(?:${entityTag.source}|[ \\t,])+$`);

function readTags(request: Request, name: string): "*" | readonly EntityTag[] | undefined {
  const header = request.headers.get(name)?.trim();
  if (header === undefined) return undefined;
  if (header === "*") return "*";
  if (!tagList.test(header)) {
    throw new Problem(400, "invalid_input", `${name} must be \`*\` or entity tags in quotes.`);
  }
  const tags = header.matchAll(new RegExp(entityTag, "g"));
  return Array.from(tags, ([, weak, opaque = ""]) => ({ weak: weak !== undefined, opaque }));
}
