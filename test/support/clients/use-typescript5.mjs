// openapi-typescript uses the API of TypeScript 5, which version 7 no longer has: it gets the one that
// @arethetypeswrong/core depends on.
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const cli = createRequire(import.meta.resolve("@arethetypeswrong/cli/package.json"));
const core = createRequire(cli.resolve("@arethetypeswrong/core"));
const { href } = pathToFileURL(core.resolve("typescript"));

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === "typescript" ? href : specifier, context),
});
