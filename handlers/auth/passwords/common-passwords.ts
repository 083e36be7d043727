import type { Assets } from "../../ports/assets.ts";
import type { Logger } from "../../ports/logger.ts";

/** Words that many people use as passwords, and that the list of leaked passwords does not have. */
const commonWords = `passphrase contraseña lösenord adgangskode hasło jelszó geslo sifre şifre katasandi пароль йцукен
  oldpassword testpassword defaultpassword welcometo bienvenue bienvenido willkommen benvenuto adminadmin rootroot
  superuser guestguest login accessgranted instagram twitter github ubuntu roblox fortnite iloveyousomuch teamomucho
  tiamo ichliebedich prinzessin prinsess demodemo qwer zxcv qwertz dubsmash corporate publico docent docentdocent
  chatbot`;

const listName = "common-passwords.txt";

/** Tells whether a text, in NFKC and lower case, is a common password. */
export type IsCommonPassword = (lower: string) => Promise<boolean>;

/**
 * Recognises the 49,000 most common passwords, as leaked from many services, and such words. The list (400 KB) is an
 * asset, so that no bundle carries it; it is read at the first call, which takes about 10 ms. Where a runtime does
 * not carry it, the words alone count, and a warning says so once.
 */
export function createCommonPasswords(assets: Assets, logger: Logger): IsCommonPassword {
  let common: Promise<ReadonlySet<string>> | undefined;
  async function read(): Promise<ReadonlySet<string>> {
    const list = await assets.read(listName);
    if (!list) logger.warn(`the asset ${listName} is missing: few common passwords are refused`);
    const leaked = list ? new TextDecoder().decode(list.body).split("\n") : [];
    return new Set([...leaked, ...commonWords.normalize("NFKC").split(/\s+/)]);
  }
  return async (lower) => {
    // A failed read is tried again by the next call.
    common ??= read().catch((error: unknown) => {
      common = undefined;
      throw error;
    });
    return (await common).has(lower);
  };
}

/** Rows of keys and other well-known rows of characters; they are searched forwards and backwards. */
export const commonRows: readonly string[] = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890123456789",
  "qwertyuiop",
  "qwertzuiop",
  "azertyuiop",
  "asdfghjkl",
  "qsdfghjklm",
  "zxcvbnm",
  "yxcvbnm",
  "wxcvbn",
  "йцукенгшщзхъ",
  "фывапролджэ",
  "ячсмитьбю",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "qazwsxedcrfvtgbyhnujm",
  "zaq12wsxcde34rfv",
  "zaqxswcdevfrbgtnhymju",
  "a1b2c3d4e5f6g7h8",
  "1a2b3c4d5e6f7g8h",
  "147258369",
  "741852963",
  "789456123",
  "159357",
  "!@#$%^&*()_+",
];
