import { describe, expect, test } from "vitest";
import { readConnectionString } from "../../../adapters/databases/postgres/connection-string.ts";

describe("a PostgreSQL URL", () => {
  test("is read with its escapes, and with libpq's defaults", () => {
    expect(readConnectionString("postgresql://a%40b:p%3Aw%2F%20@db.example/my%20data")).toEqual({
      host: "db.example",
      port: 5432,
      user: "a@b",
      password: "p:w/ ",
      database: "my data",
      sslMode: "prefer",
      sslRootCertificate: undefined,
      isPooled: false,
      applicationName: undefined,
      options: undefined,
    });
    expect(readConnectionString("postgresql://me@[::1]:6543")).toMatchObject({
      host: "::1",
      port: 6543,
      database: "me",
    });
  });

  test.each([
    ["", "prefer"],
    ["?sslmode=disable", "disable"],
    ["?sslmode=require", "require"],
    ["?sslmode=require&sslrootcert=ca.pem", "verify-ca"],
    ["?sslmode=verify-full&channel_binding=require", "verify-full"],
    ["?sslrootcert=system", "verify-full"],
    ["?sslmode=nonsense", "verify-full"],
  ])("ending in %j means sslmode %s", (end, sslMode) => {
    expect(readConnectionString(`postgresql://a@b/c${end}`)).toMatchObject({ sslMode });
  });
});
