import { expect, test } from "vitest";
import { createHostCheck } from "../../../handlers/http/host-check.ts";
import { parseSettings } from "../../../handlers/settings/index.ts";
import { createRecordingLogger } from "../../support/apps/test-app.ts";

const { logger } = createRecordingLogger();
const { settings } = parseSettings({
  ALLOWED_HOSTS: "Docs.example, other.example",
  PUBLIC_URL: "https://docent.example",
  SPACE_HOST: "someone-docent.hf.space",
});
const check = createHostCheck({ ...settings.server, logger, port: () => 7860 });

interface Arrival {
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly address?: string;
  readonly path?: string;
}

/** The status with which a browser on this machine is refused, unless it says something else; undefined: it is not. */
function refusal({
  host = "evil.example:7860",
  headers = { "accept-language": "en" },
  address = "127.0.0.1",
  path = "/api/documents",
}: Arrival): number | undefined {
  const request = new Request(`http://127.0.0.1:7860${path}`, { headers: { ...headers, host } });
  return check(request, address)?.status;
}

test.each<[string, Arrival]>([
  ["a name of somebody else", {}],
  ["one without port", { host: "evil.example" }],
  ["one with a dot at its end", { host: "evil.example.:7860" }],
  ["one that begins like an address", { host: "127.0.0.1.evil.example:7860" }],
  ["one that ends like an allowed one", { host: "evildocs.example" }],
  ["one below an allowed one", { host: "evil.docs.example" }],
  ["one on IPv6", { address: "::1" }],
  ["one on IPv4 in IPv6", { address: "::ffff:127.0.0.1" }],
  ["a browser that says its origin", { headers: { origin: "http://evil.example:7860" } }],
  ["a browser that says where it comes from", { headers: { "sec-fetch-site": "cross-site" } }],
  [
    "a page that claims to be a proxy",
    { headers: { "accept-language": "en", "x-forwarded-for": "192.0.2.1" } },
  ],
  ["a path that begins like another", { path: "/health/circuits" }],
])("refuses %s", (_, arrival) => {
  expect(refusal(arrival)).toBe(421);
});

test.each<[string, Arrival]>([
  ["localhost", { host: "localhost:7860" }],
  ["a name below localhost", { host: "docent.localhost:7860" }],
  ["a name without dots", { host: "my-machine:7860" }],
  ["a name on the local network", { host: "docent.lan:7860" }],
  ["an address", { host: "127.0.0.1:7860" }],
  ["another address", { host: "192.168.1.7" }],
  ["an IPv6 address", { host: "[::1]:7860" }],
  ["an allowed name, in any case", { host: "DOCS.example:7860" }],
  ["another allowed name", { host: "other.example" }],
  ["the name of PUBLIC_URL", { host: "docent.example" }],
  ["the name of a Space", { host: "someone-docent.hf.space" }],
  ["a name that a proxy kept", { host: "x.example", headers: proxied({ "x-real-ip": "1.2.3.4" }) }],
  ["another proxy's", { host: "x.example", headers: proxied({ forwarded: "for=1.2.3.4" }) }],
  ["a program that is no browser", { headers: { "user-agent": "curl/8" } }],
  ["a connection from elsewhere, such as a container's", { address: "172.17.0.1" }],
  ["a connection whose other end is not known", { address: "" }],
  ["/health", { path: "/health?from=a-proxy" }],
])("lets %s through", (_, arrival) => {
  expect(refusal(arrival)).toBeUndefined();
});

function proxied(headers: Record<string, string>) {
  return { "accept-language": "en", origin: "https://x.example", ...headers };
}

test("ALLOWED_HOSTS takes host names, and names the entries that are none", () => {
  const { settings: read, problems } = parseSettings({
    ALLOWED_HOSTS: "a.example, https://b.example, c.example:80, *.d.example",
  });
  expect(read.server.allowedHosts).toEqual(["a.example"]);
  expect(problems).toMatchObject([{ name: "ALLOWED_HOSTS", code: "invalid" }]);
  expect(problems[0]?.message).toMatch(/^Entries 2, 3, 4 /);
});
