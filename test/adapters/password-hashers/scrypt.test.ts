import { expect, test } from "vitest";
import { createScryptHasher } from "../../../adapters/password-hashers/scrypt.ts";

const cheap = createScryptHasher({ logN: 4 });

test("a hash says how it was made, and is another one each time", async () => {
  const hasher = createScryptHasher();
  const hash = await hasher.hash("a password");
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await hasher.verify("a password", hash)).toBe("right");
  const another = await cheap.hash("a password");
  expect(await cheap.verify("another password", another)).toBe("wrong");
  expect(await cheap.hash("a password")).not.toBe(another);
});

test("hashes agree with RFC 7914", async () => {
  // §12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1; of its 64 bytes the first 32.
  const bytes = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2";
  const salt = encode("SodiumChloride", "utf8");
  const hash = `$scrypt$ln=14,r=8,p=1$${salt}$${encode(bytes, "hex")}`;
  const derived = await createScryptHasher({ logN: 4 }).verify("pleaseletmein", hash);
  expect(derived).toBe("right");
});

test("any script counts whole, and nothing is cut off", async () => {
  const long = `${"пароль密码🔑".repeat(12)}a`;
  const hash = await cheap.hash(long);
  expect(await cheap.verify(long, hash)).toBe("right");
  expect(await cheap.verify(`${long.slice(0, -1)}b`, hash)).toBe("wrong");
});

test("a hash of lower cost is outdated, one of higher cost is not", async () => {
  const dearer = createScryptHasher({ logN: 5 });
  expect(await dearer.verify("x", await cheap.hash("x"))).toBe("outdated");
  expect(await dearer.verify("y", await cheap.hash("x"))).toBe("wrong");
  expect(await cheap.verify("x", await dearer.hash("x"))).toBe("right");
});

test("without a hash the answer is wrong, whatever the password", async () => {
  expect(await cheap.verify("", undefined)).toBe("wrong");
  expect(await cheap.verify("x", undefined)).toBe("wrong");
});

test.each(["", "plain", "$scrypt$ln=31,r=8,p=1$c2FsdA$AAAA", "$argon2id$v=19$m=1$c2FsdA$aGFzaA"])(
  "the unreadable hash %j is a failure, not a wrong password",
  async (hash) => {
    await expect(cheap.verify("x", hash)).rejects.toMatchObject({ code: "invalid" });
  },
);

test("a flood is turned away with a time to come back, and the rest is served", async () => {
  const hasher = createScryptHasher({ logN: 10, concurrent: 2, waiting: 3 });
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => hasher.hash(`password ${index}`)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    expect(result.reason).toMatchObject({ code: "unavailable", retryable: true, retryAfter: 1000 });
  }
  expect(await hasher.hash("later")).toContain("$scrypt$");
});

/** As PHC strings have it: base64 without padding. */
function encode(text: string, encoding: "hex" | "utf8"): string {
  return Buffer.from(text, encoding).toString("base64").replaceAll("=", "");
}
