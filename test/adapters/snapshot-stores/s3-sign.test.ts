import { expect, test } from "vitest";
import { encodeForS3, signRequest } from "../../../adapters/snapshot-stores/s3/sign.ts";

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const scope = {
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  region: "us-east-1",
  at: Date.UTC(2013, 4, 24),
};
const server = "https://examplebucket.s3.amazonaws.com";

test.each([
  [
    "GET",
    "/test.txt",
    { range: "bytes=0-9" },
    undefined,
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ],
  [
    "PUT",
    `/${encodeForS3("test$file.text")}`,
    { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
    "Welcome to Amazon S3.",
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ],
  [
    "GET",
    "/?lifecycle=",
    {},
    undefined,
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ],
  [
    "GET",
    "/?max-keys=2&prefix=J",
    {},
    undefined,
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ],
])("%s %s is signed as the documentation says", async (method, path, headers, text, signature) => {
  const body = text === undefined ? undefined : new TextEncoder().encode(text);
  const signed = await signRequest(
    { method, url: new URL(server + path), headers: { ...headers }, body },
    scope,
  );
  expect(signed["authorization"]).toMatch(new RegExp(`, Signature=${signature}$`));
  expect(signed["x-amz-date"]).toBe("20130524T000000Z");
});

test("everything but unreserved characters is encoded", () => {
  expect(encodeForS3("aZ09-._~")).toBe("aZ09-._~");
  expect(encodeForS3("a b!'()*/+ü")).toBe("a%20b%21%27%28%29%2A%2F%2B%C3%BC");
});
