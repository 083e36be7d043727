import { commonRows, commonWords } from "./common-passwords.ts";

/** Characters (code points) after normalising. */
const shortest = 8;
const longest = 128;

/** From this many neighbouring characters on, they count as a run such as `qwe`. */
const shortestRun = 3;

export interface PasswordOwner {
  readonly email: string | null;
  readonly name: string | null;
}

/** The password as it is hashed: in NFKC, so that keyboards which compose a character differently agree. */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/**
 * Why a new password is refused, in words for its owner; undefined when it is accepted. It must have 8 to 128
 * characters, of any script, and not be easy to guess (NIST SP 800-63B §5.1.1.2).
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
  if (isMadeOfRuns(Array.from(lower))) return "is a sequence of neighbouring characters or keys";
  const cores = coresOf(lower);
  const own = ownWords(owner);
  if (cores.some((core) => own.has(core))) return "is your own name or email address";
  if (cores.some((core) => commonWords.has(core))) {
    return "is too easy to guess";
  }
  return undefined;
}

/** Whether fewer than 3 characters are left without runs such as `qwerty`, `321` and `aaa`. */
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
 * The words that a password may be made of: without signs and digits around them, with digits and signs read
 * as letters (`p4$s`), and a repeated word once. A word must be at least half of the password.
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
