import { afterAll, beforeAll, expect, test } from "vitest";
import { startIdentityServer, type IdentityServer } from "../support/identity-server.ts";
import { cleanUp, postJson, startServer, type ServerProcess } from "../support/server-process.ts";

/** Any port will do that nobody else listens on: where people are sent back to must be known beforehand. */
const publicUrl = "http://localhost:7860";

let identity: IdentityServer;
let server: ServerProcess;
beforeAll(async () => {
  identity = await startIdentityServer(publicUrl);
  server = await startServer({ environment: identity.environment });
});
afterAll(async () => {
  await cleanUp();
  await identity.stop();
});

test("the built server signs people in with the provider its settings name", async () => {
  await expect.poll(async () => (await fetch(`${server.url}/ready`)).status).toBe(200);
  const open = (path: string, cookie = "") =>
    fetch(server.url + path, { redirect: "manual", headers: { cookie } });
  const begun = await open("/api/auth/huggingface");
  expect(begun.status).toBe(302);
  const kept = cookieOf(begun);
  const agreed = await fetch(begun.headers.get("location") ?? "", { redirect: "manual" });
  const back = agreed.headers.get("location")?.replace(publicUrl, "") ?? "";
  const returned = await open(back, kept);
  const code = returned.headers.get("location")?.replace("/#sign-in=", "") ?? "";
  const redeem = `${server.url}/api/auth/huggingface/redeem`;
  const grant = await postJson(redeem, { code }, { cookie: cookieOf(returned) });
  expect(grant.status).toBe(200);
  expect(await grant.json()).toMatchObject({ user: { kind: "user", name: "Ada" } });
  expect(identity.standIn.complaints).toEqual([]);
  for (const secret of identity.standIn.secrets) expect(server.log()).not.toContain(secret);
});

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}
