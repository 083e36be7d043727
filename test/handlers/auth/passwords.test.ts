import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goodPassword, register, send } from "../../support/clients/people.ts";
import { createTestApp, type TestApp } from "../../support/apps/test-app.ts";

let docent: TestApp;
beforeAll(async () => {
  docent = await createTestApp();
});
afterAll(() => docent.close());

const attempt = (password: unknown, { email = "", name = "Ada Lovelace" } = {}) =>
  docent.post("/api/auth/register", {
    email: email === "" ? `${crypto.randomUUID()}@example.org` : email,
    password,
    name,
  });

async function reasonFor(response: Response): Promise<string> {
  expect(response.status).toBe(400);
  const problem = await response.json();
  expect(problem.code).toBe("invalid_input");
  expect(problem.errors[0].path).toBe("body.password");
  return problem.errors[0].message;
}

describe("a new password", () => {
  test.each([
    "8 zeichn",
    "correct horse battery staple",
    "пароль от погреба",
    "密码密码很长的密码吧",
    "كلمة مرور طويلة",
    "🔑🐎🔋📎🧦🌧️🎺🥨",
    "x9$Kq2!v",
    "1nd1ana jones and 1 dog",
    "words before password do no harm",
    `a1b2 ${"zx9 ".repeat(30)}xyz`,
    "\u{1D4D0}".repeat(3) + "qwrtzp-",
  ])("may be %j", async (password) => {
    expect((await attempt(password)).status).toBe(201);
  });

  test.each(["", "short", "1234567", "🔑🔑🔑🔑", "ﬁﬁﬁ", "e\u0301".repeat(7)])(
    "of too few characters is refused: %j",
    async (password) => {
      expect(await reasonFor(await attempt(password))).toBe("must have at least 8 characters");
    },
  );

  test.each(["ab".repeat(20) + "x7!kq".repeat(20), "\uFDFA".repeat(20)])(
    "of more than 128 characters, counted as it is hashed, is refused",
    async (password) => {
      expect(await reasonFor(await attempt(password))).toBe("must have at most 128 characters");
    },
  );

  test.each([
    "aaaaaaaa",
    "abababab",
    "abcabcabc",
    "19841984",
    "gn56gn56",
    "        ",
    "00000000000",
    "ааааааааа",
    "😀😀😀😀😀😀😀😀",
  ])("that repeats itself is refused: %j", async (password) => {
    expect(await reasonFor(await attempt(password))).toBe("repeats the same few characters");
  });

  test.each([
    "12345678",
    "1234567890",
    "87654321",
    "qwertyui",
    "qwertyuiop",
    "QWERTZUIOP",
    "poiuytrewq",
    "abcdefgh",
    "abc12345",
    "asdf1234",
    "1q2w3e4r",
    "1qaz2wsx",
    "zaq12wsx",
    "йцукенгш",
    "!@#$%^&*",
    "123456789a",
    "aaabbbccc",
    "147258369",
  ])("that walks along keys is refused: %j", async (password) => {
    expect(await reasonFor(await attempt(password))).toBe(
      "is a sequence of neighbouring characters or keys",
    );
  });

  test.each([
    "password",
    "PASSWORD",
    "Password1",
    "password123",
    "p@ssw0rd",
    "P4$$w0rd!",
    "123password",
    "ｐａｓｓｗｏｒｄ",
    "passwordpassword",
    "iloveyou2",
    "Summer2026!",
    "qwerty99",
    "welcome1",
    "contraseña",
    "motdepasse1",
    "letmein!!",
    "changeme",
    "admin1234",
    "docentdocent",
    // Of the well-known lists, with and without decoration.
    "maverick",
    "Cocacola1",
    "liverpool10",
    "jonathan",
    "DANIELLE",
    "elephant!",
    "rush2112",
    "12qwaszx",
    "4815162342",
    "snowball99",
    "john1980",
    "Ch3vr0let",
    "k1ller123",
  ])("easy to guess is refused: %j", async (password) => {
    expect(await reasonFor(await attempt(password))).toMatch(/too easy to guess|neighbouring/);
  });

  test.each([
    ["marianne.dupont@example.org", "marianne.dupont@example.org"],
    ["marianne.dupont@example.org", "Marianne.Dupont"],
    ["marianne.dupont@example.org", "marianne.dupont1"],
    ["md@example.org", "Ada Lovelace"],
    ["md@example.org", "adalovelace"],
    ["md@example.org", "AdaLovelace42"],
    ["md@example.org", "Lovelace, Ada 1815"],
    ["md@example.org", "L0velace-Ada!"],
    ["md@example.org", "@da.lovelace"],
    ["md@example.org", "12lovelace34"],
    ["marianne.dupont@example.org", "dupont_marianne99"],
    ["marianne.dupont@example.org", "M4rianneDup0nt"],
    ["m.dupont@lighthouse-keepers.example", "Lighthouse#Keepers1"],
  ])("of %s may not be %j", async (email, password) => {
    expect(await reasonFor(await attempt(password, { email }))).toBe(
      "is your own name or email address",
    );
  });

  test.each([
    "long enough\0",
    "long enough \uD800",
    12_345_678_901,
    null,
    ["long enough"],
    "y".repeat(5000),
  ])("that is no text, or far too much of it, is refused: %j", async (password) => {
    await reasonFor(await attempt(password));
  });
});

test("a password sent to sign in may be anything, and is only wrong", async () => {
  const { user } = await register(docent);
  for (const password of ["", "12345678", "a".repeat(900), "';--"]) {
    const response = await docent.post("/api/auth/login", { email: user.email, password });
    expect(response.status).toBe(401);
  }
});

test("a flood of sign-ins is told when to come back, and the database is left alone", async () => {
  const { createScryptHasher } = await import("../../../adapters/password-hashers/scrypt.ts");
  const passwordHasher = createScryptHasher({ logN: 10, concurrent: 1, waiting: 2 });
  const busy = await createTestApp({}, { passwordHasher });
  try {
    const attempts = Array.from({ length: 12 }, (_, index) =>
      busy.post("/api/auth/register", {
        email: `${index}@example.org`,
        password: goodPassword,
      }),
    );
    const answers = await Promise.all(attempts);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(9);
    expect(refused[0]?.headers.get("retry-after")).toBe("1");
    const me = await send(busy, "GET", "/api/auth/me");
    expect(me.status).toBe(401);
  } finally {
    await busy.close();
  }
});

test("without the list of common passwords, a few words are refused and a warning says so once", async () => {
  const bare = await createTestApp({}, { assets: { read: () => Promise.resolve(undefined) } });
  const statuses: number[] = [];
  for (const password of ["docentdocent1", "snowball99"]) {
    const email = `${crypto.randomUUID()}@example.org`;
    statuses.push((await bare.post("/api/auth/register", { email, password })).status);
  }
  expect(statuses).toEqual([400, 201]);
  expect(bare.log.filter(({ message }) => message.includes("common-passwords.txt"))).toHaveLength(
    1,
  );
  await bare.close();
});
