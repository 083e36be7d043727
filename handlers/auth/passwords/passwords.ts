import { commonRows, type IsCommonPassword } from "./common-passwords.ts";

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
 * characters, of any script, and not be easy to guess (NIST SP 800-63B §5.1.1.2): no common password, not the
 * owner's own name or address, neither with digits or signs added or letters written as digits.
 *
 * @param password normalised
 */
export async function refusePassword(
  password: string,
  owner: PasswordOwner,
  isCommonPassword: IsCommonPassword,
): Promise<string | undefined> {
  const characters = Array.from(password);
  if (characters.length < shortest) return `must have at least ${shortest} characters`;
  if (characters.length > longest) return `must have at most ${longest} characters`;
  const lower = password.toLowerCase();
  if (new Set(lower).size <= 2 || /^(.{1,4})\1+$/su.test(lower)) {
    return "repeats the same few characters";
  }
  if (isMadeOfRuns(Array.from(lower))) return "is a sequence of neighbouring characters or keys";
  if (isOwn(lower, owner)) return "is your own name or email address";
  for (const core of coresOf(lower)) {
    if (await isCommonPassword(core)) return "is too easy to guess";
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
 * Each way to read a password: whole, and without signs and digits around it; as it is, and with digits and signs
 * read as letters (`p4$s`).
 */
function readingsOf(lower: string): string[] {
  const stripped = lower.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  return [lower, stripped].flatMap((text) => [text, readLookalikes(text)]);
}

function readLookalikes(text: string): string {
  return text.replaceAll(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign);
}

/** The words that a password may be made of, a repeated word once. A word must be at least half of the password. */
function coresOf(lower: string): string[] {
  return readingsOf(lower)
    .filter((core) => core.length * 2 >= lower.length)
    .map((core) => /^(.+?)\1+$/su.exec(core)?.[1] ?? core);
}

/**
 * Whether the password is made of its owner's words: no letter is left without them, and they are at least a third
 * of it. So `Ada.Lovelace1815!` and `l0velace-ada` are refused, and a sentence that names the owner is not.
 */
function isOwn(lower: string, owner: PasswordOwner): boolean {
  const words = ownWords(owner);
  return readingsOf(lower).some((reading) => {
    let rest = reading;
    for (const word of words) rest = rest.replaceAll(word, "");
    return !/\p{L}/u.test(rest) && (reading.length - rest.length) * 3 >= lower.length;
  });
}

/** The words of an owner's name and address, of 3 letters or more, the longest first. */
function ownWords({ email, name }: PasswordOwner): string[] {
  const texts = [email ?? "", normalizePassword(name ?? "").toLowerCase()];
  const words = texts.flatMap((text) => [
    text,
    text.replaceAll(/\s+/g, ""),
    ...text.split(/[^\p{L}\p{M}\p{N}]+/u),
  ]);
  return words
    .flatMap((word) => [word, readLookalikes(word)])
    .filter((word) => Array.from(word).length >= 3)
    .toSorted((one, other) => other.length - one.length);
}
