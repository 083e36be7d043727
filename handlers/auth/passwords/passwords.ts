import { commonRows, commonWords } from "./common-passwords.ts";

/** Characters (code points), after normalising. */
const shortest = 8;
const longest = 128;

/** Of these in a row, and it is a way over the keyboard rather than chance. */
const shortestRun = 3;

export interface PasswordOwner {
  readonly email: string | null;
  readonly name: string | null;
}

/** As it is hashed: however a keyboard writes a character, it is the same one (NFKC). */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/**
 * Why a new password is refused, in words for its owner; undefined when it is good enough. What is asked
 * is length and that nobody would guess it; any script and any signs will do.
 *
 * @param password normalised
 */
export function refusePassword(password: string, owner: PasswordOwner): string | undefined {
  const characters = Array.from(password);
  if (characters.length < shortest) return `must have at least ${shortest} characters`;
  if (characters.length > longest) return `must have at most ${longest} characters`;
  const lower = password.toLowerCase();
  if (new Set(lower).size <= 2 || /^(.{1,3})\1+$/su.test(lower)) {
    return "repeats the same few characters";
  }
  if (isMadeOfRuns(Array.from(lower))) return "is a row of neighbouring characters or keys";
  const cores = coresOf(lower);
  const own = ownWords(owner);
  if (cores.some((core) => own.has(core))) return "is your own name or e-mail address";
  if (cores.some((core) => commonWords.has(core))) {
    return "is among the first that anybody would try";
  }
  return undefined;
}

/** Whether next to nothing is left when runs such as `qwerty`, `321` and `aaa` are taken out. */
function isMadeOfRuns(characters: readonly string[]): boolean {
  let left = 0;
  let position = 0;
  while (position < characters.length) {
    let end = position + shortestRun;
    while (end <= characters.length && isRun(characters.slice(position, end))) end += 1;
    const length = end - 1 - position;
    if (length < shortestRun) left += 1;
    position += length < shortestRun ? 1 : length;
  }
  return left < shortestRun;
}

function isRun(characters: readonly string[]): boolean {
  const forwards = characters.join("");
  const backwards = characters.toReversed().join("");
  if (new Set(characters).size === 1) return true;
  return commonRows.some((row) => row.includes(forwards) || row.includes(backwards));
}

const lookalikes: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/**
 * The words a password may be made of: without what stands around, with digits read as letters, said once
 * instead of twice. A word with more beside it than it has itself is not that word any more.
 */
function coresOf(lower: string): string[] {
  const stripped = lower.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [lower, stripped]
    .flatMap((core) => [core, core.replaceAll(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign)])
    .filter((core) => core.length * 2 >= lower.length)
    .map((core) => /^(.+?)\1+$/su.exec(core)?.[1] ?? core);
}

function ownWords({ email, name }: PasswordOwner): ReadonlySet<string> {
  const words = new Set<string>();
  if (email !== null) {
    words.add(email);
    words.add(email.slice(0, email.lastIndexOf("@")));
  }
  if (name !== null) {
    const lower = normalizePassword(name).toLowerCase();
    words.add(lower);
    words.add(lower.replaceAll(/\s+/g, ""));
  }
  return words;
}
