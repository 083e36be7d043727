import { describe, expect, test } from "vitest";
import {
  countedAddress,
  createClientAddress,
} from "../../../handlers/http/rate-limits/client-address.ts";

describe("an address is counted", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["192.0.2.7:51234", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["[::ffff:192.0.2.7]:443", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["[2001:db8:1:2::9]", "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
  ])("%s as %s", (text, counted) => expect(countedAddress(text)).toBe(counted));

  test.each([
    "",
    "unknown",
    "_hidden",
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4:x",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "g::1",
    "[::1",
    "' or 1=1",
  ])("%j with all that is no address", (text) => expect(countedAddress(text)).toBe("unknown"));
});

const read = (proxies: number, forwarded: string | undefined, peer = "198.51.100.9") =>
  createClientAddress(proxies)(
    new Request("http://localhost/", {
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    }),
    { clientAddress: peer },
  );

describe("behind proxies", () => {
  test("what the trusted ones wrote counts, not what the client did", () => {
    expect(read(1, "1.1.1.1, 192.0.2.7")).toBe("192.0.2.7");
    expect(read(2, "1.1.1.1, 192.0.2.7:4711, 203.0.113.2")).toBe("192.0.2.7");
  });

  test("no header is believed where no proxy is trusted", () => {
    expect(read(0, "1.1.1.1")).toBe("198.51.100.9");
  });

  test("a request past the proxy counts for its peer", () => {
    expect(read(1, undefined)).toBe("198.51.100.9");
    expect(read(2, "1.1.1.1")).toBe("198.51.100.9");
  });

  test("a runtime that does not say counts all together", () => {
    expect(createClientAddress(0)(new Request("http://localhost/"), {})).toBe("unknown");
  });
});
