/** Words that many people use as passwords, and that the list of leaked passwords does not have. */
const commonWords = `passphrase contraseña lösenord adgangskode hasło jelszó geslo sifre şifre katasandi пароль йцукен
  oldpassword testpassword defaultpassword welcometo bienvenue bienvenido willkommen benvenuto adminadmin rootroot
  superuser guestguest login accessgranted instagram twitter github ubuntu roblox fortnite iloveyousomuch teamomucho
  tiamo ichliebedich prinzessin prinsess demodemo qwer zxcv qwertz dubsmash corporate publico docent docentdocent
  chatbot`;

let common: ReadonlySet<string> | undefined;

/**
 * Whether it is one of the 49,000 most common passwords, as leaked from many services, or such a word. The list
 * (400 KB) is loaded at the first call, which takes about 30 ms.
 *
 * @param lower in NFKC and lower case
 */
export async function isCommonPassword(lower: string): Promise<boolean> {
  if (!common) {
    const { leakedPasswords } = await import("./leaked-passwords.ts");
    const words = commonWords.normalize("NFKC").split(/\s+/);
    common = new Set([...leakedPasswords, ...words]);
  }
  return common.has(lower);
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
