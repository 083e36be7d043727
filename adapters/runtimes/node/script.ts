import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { readCodeFile } from "../../code-file.ts";

/** What the build adds to a script's name for the file with its compiled code. */
export const codeSuffix = ".code";

/** What a script of the build is: its modules in one function, which takes what modules get from their loader. */
type Main = (
  require: NodeJS.Require,
  module: object,
  url: string,
  importModule: (name: string) => Promise<unknown>,
) => void;

/**
 * Runs a script of the build with what V8 compiled of it when the build answered a question. Not as modules with Node's
 * own cache of compiled code: that one lacks the functions that run later than their module, which are most.
 */
export function runScript(url: URL): Script {
  const filename = fileURLToPath(url);
  const source = readFileSync(filename);
  const cachedData = readCodeFile(filename + codeSuffix, source);
  const script = new Script(source.toString(), { filename, ...(cachedData && { cachedData }) });
  const main = script.runInThisContext() as Main;
  main(createRequire(url), { exports: {} }, url.href, (name) => import(name));
  return script;
}
