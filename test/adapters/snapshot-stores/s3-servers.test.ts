// What the S3 stand-in claims of S3, told of a real server too where one is installed.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseSnapshotStore } from "../../../adapters/snapshot-stores/choose.ts";
import { signRequest, type SigningScope } from "../../../adapters/snapshot-stores/s3/sign.ts";
import { describeSnapshotStore } from "../../contracts/snapshot-store.ts";
import { s3Binary, startS3Server, type RealS3Server } from "../../support/servers/s3-server.ts";
import { startS3Process } from "../../support/stand-ins/snapshots/s3-process.ts";
import { startS3StandIn } from "../../support/stand-ins/snapshots/s3-stand-in.ts";

type Server = Pick<RealS3Server, "endpoint" | "bucket" | "keys" | "stop">;

const servers: Readonly<Record<string, () => Promise<Server>>> = {
  "the stand-in": () => startS3StandIn(),
  ...(s3Binary !== undefined && { "a real S3 server": startS3Server }),
};
if (s3Binary === undefined) {
  test.skip("a real S3 server (skipped: there is no versitygw in PATH or ~/go/bin)");
}

const keysOf = (text: string) =>
  Array.from(text.matchAll(/<Key>pages\/([^<]*)<\/Key>/g), ([, key]) => key);

describe.each(Object.entries(servers))("%s", (title, start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  interface Sent {
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly scope?: Partial<SigningScope>;
    readonly sentBody?: string;
  }
  /** Status, the error's code, and the whole body. */
  async function ask(method: string, { path = "", headers = {}, scope, ...sent }: Sent = {}) {
    const url = new URL(`${server.endpoint}/${server.bucket}${path}`);
    const body = sent.body === undefined ? undefined : new TextEncoder().encode(sent.body);
    const signed = await signRequest(
      { method, url, headers, body },
      { credentials: server.keys, region: "us-east-1", at: Date.now(), ...scope },
    );
    const response = await fetch(url, {
      method,
      headers: signed,
      body: sent.sentBody ?? body ?? null,
    });
    const text = await response.text();
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    return { status: response.status, code, text, etag: response.headers.get("etag") };
  }

  const page = (more = "") =>
    ask("GET", { path: `?${more}list-type=2&max-keys=3&prefix=pages%2F` });

  test("refuses what is not signed, or signed wrongly", async () => {
    const unsigned = await fetch(`${server.endpoint}/${server.bucket}/?list-type=2`);
    expect(unsigned.status).toBe(403);
    expect(await unsigned.text()).toContain("<Code>AccessDenied</Code>");
    const { accessKeyId, secretAccessKey } = server.keys;
    const wrong = { accessKeyId, secretAccessKey: "wrong" };
    const unknown = { accessKeyId: "UNKNOWN", secretAccessKey };
    const query = { path: "?list-type=2" };
    expect(await ask("GET", { ...query, scope: { credentials: wrong } })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
    const { status, code } = await ask("GET", { ...query, scope: { credentials: unknown } });
    // versitygw 1.0 with its root user alone: 404 XAdminUserNotFound, which no store may take for a missing object.
    const codes = { 403: "InvalidAccessKeyId", 404: "XAdminUserNotFound" };
    expect(codes).toMatchObject({ [status]: code });
    expect(await ask("GET", { ...query, scope: { at: Date.now() - 3_600_000 } })).toMatchObject({
      status: 403,
      code: "RequestTimeTooSkewed",
    });
    expect(await ask("GET", { ...query, scope: { region: "eu-central-1" } })).toMatchObject({
      status: 400,
      code: "AuthorizationHeaderMalformed",
      text: expect.stringContaining("<Region>us-east-1</Region>"),
    });
  });

  test("refuses a body that is not the signed one", async () => {
    const changed = { path: "/changed", body: "signed", sentBody: "sent!!" };
    expect(await ask("PUT", changed)).toMatchObject({
      status: 400,
      code: "XAmzContentSHA256Mismatch",
    });
    expect(await ask("GET", { path: "/changed" })).toMatchObject({ status: 404 });
  });

  test("honours conditions, and its ETag is that of reading", async () => {
    const path = `/${randomUUID()}`;
    const put = (body: string, headers: Record<string, string>) =>
      ask("PUT", { path, body, headers });
    const failed = { status: 412, code: "PreconditionFailed" };
    expect(await put("0", { "if-match": '"0123"' })).toMatchObject({
      status: 404,
      code: "NoSuchKey",
    });
    const first = await put("1", { "if-none-match": "*" });
    expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^"[\da-f]{32}"$/) });
    expect(await put("2", { "if-none-match": "*" })).toMatchObject(failed);
    const second = await put("3", { "if-match": first.etag ?? "" });
    expect(second.status).toBe(200);
    expect(await put("4", { "if-match": first.etag ?? "" })).toMatchObject(failed);
    expect(await ask("GET", { path })).toMatchObject({ status: 200, text: "3", etag: second.etag });
    expect(await ask("HEAD", { path })).toMatchObject({ status: 200, etag: second.etag });
  });

  test("names what is missing", async () => {
    expect(await ask("GET", { path: "/missing" })).toMatchObject({
      status: 404,
      code: "NoSuchKey",
    });
    expect((await ask("HEAD", { path: "/missing" })).status).toBe(404);
    expect((await ask("DELETE", { path: "/missing" })).status).toBe(204);
  });

  test("lists page by page, in order", async () => {
    for (const key of ["b", "a/2", "a/10", "c"])
      await ask("PUT", { path: `/pages/${key}`, body: key });
    const first = await page();
    expect(keysOf(first.text)).toEqual(["a/10", "a/2", "b"]);
    expect(first.text).toContain("<IsTruncated>true</IsTruncated>");
    expect(first.text).toMatch(/<Size>4<\/Size>[^]*<Size>3<\/Size>[^]*<Size>1<\/Size>/);
    const token = /<NextContinuationToken>([^<]+)</.exec(first.text)?.[1] ?? "";
    const next = await page(`continuation-token=${encodeURIComponent(token)}&`);
    expect(keysOf(next.text)).toEqual(["c"]);
    expect(next.text).toContain("<IsTruncated>false</IsTruncated>");
  });

  test("a store with a wrong key never takes an object for missing", async () => {
    const { endpoint, bucket, keys } = server;
    const place = { kind: "s3", endpoint, bucket, prefix: "", ...keys } as const;
    for (const wrong of [{ accessKeyId: "UNKNOWN" }, { secretAccessKey: "wrong" }]) {
      const store = chooseSnapshotStore({ ...place, ...wrong });
      await expect(store.get("missing")).rejects.toMatchObject({ name: "PortFailure" });
    }
  });

  if (title !== "the stand-in") {
    describeSnapshotStore(title, async () => {
      const { endpoint, bucket, keys } = server;
      const prefix = randomUUID();
      return () => chooseSnapshotStore({ kind: "s3", endpoint, bucket, prefix, ...keys });
    });
  }
});

test("the stand-in can run in a process of its own, with faults and counts", async () => {
  const server = await startS3Process({ redirects: "with-etag" });
  const { endpoint, bucket, keys } = server;
  const store = chooseSnapshotStore({ kind: "s3", endpoint, bucket, prefix: "one", ...keys });
  const content = new TextEncoder().encode("content");
  await server.fault({ kind: "status", status: 500 }, { method: "PUT", path: /log\/1$/ });
  await expect(store.put("log/1", content, { kind: "absent" })).rejects.toMatchObject({
    code: "unavailable",
  });
  await server.endFaults();
  await store.put("log/1", content, { kind: "absent" });
  expect((await store.get("log/1"))?.content).toEqual(content);
  expect(await server.objects()).toEqual([{ key: "one/log/1", size: content.length }]);
  expect(await server.traffic()).toMatchObject({
    gateway: { requests: { PUT: 2, GET: 1 }, received: 2 * content.length },
    edge: { requests: { GET: 1 }, sent: content.length },
  });
  await server.stop();
});
