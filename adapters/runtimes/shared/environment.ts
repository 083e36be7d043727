import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * The process's environment, and beneath it what a `.env` file says. The file is optional, and a
 * name that is set for real wins even when it is blank, so that a file's value can be switched off.
 * Throws when the file is there and cannot be read.
 */
export function readEnvironment(
  real: Readonly<Record<string, string | undefined>> = process.env,
  path = ".env",
): Readonly<Record<string, string | undefined>> {
  return { ...readFile(path), ...real };
}

function readFile(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
