import { expect, test } from "vitest";
import { readRetryAfter } from "../../adapters/http/retry-after.ts";
import { meaningOf } from "../../adapters/http/status.ts";

test.each([
  [302, "", "unavailable", false],
  [400, "", "invalid", false],
  [400, '{"reason":"API_KEY_INVALID"}', "unauthorized", false],
  [401, "", "unauthorized", false],
  [402, "", "out_of_credit", false],
  [403, "", "unauthorized", false],
  [404, "", "not_found", false],
  [408, "", "timeout", true],
  [409, "", "conflict", true],
  [413, "", "invalid", false],
  [425, "", "unavailable", true],
  [429, "", "rate_limited", true],
  [429, '{"code":"insufficient_quota"}', "out_of_credit", false],
  [500, "", "unavailable", true],
  [529, "", "unavailable", true],
])("status %d with %j means %s", (status, body, code, retryable) => {
  expect(meaningOf(status, body)).toEqual({ code, retryable });
});

const now = Date.parse("2026-01-02T03:04:05Z");

test.each([
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": "0.25" }, 250],
  [{ "retry-after": "7", "retry-after-ms": "40" }, 40],
  [{ "retry-after": "7", "retry-after-ms": "soon" }, 7000],
  [{ "retry-after": "Fri, 02 Jan 2026 03:04:15 GMT" }, 10_000],
  [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
  // No timer takes longer than 25 days: it would end at once, and the wait would be a loop.
  [{ "retry-after": "2678400" }, 3_600_000],
  [{ "retry-after-ms": "99999999999" }, 3_600_000],
  [{ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, 3_600_000],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
])("%j asks for a wait of %s ms", (headers, expected) => {
  expect(readRetryAfter(new Headers(headers), now)).toBe(expected);
});
