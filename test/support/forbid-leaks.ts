import { afterAll, expect } from "vitest";
import { findLeaks } from "./secret-watch.ts";

// For every test file, last of all: what it kept secret is in none of its log lines and answers.
afterAll(async () => expect(await findLeaks()).toEqual([]));
