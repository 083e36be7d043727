// Docent as the Node runtime composes it, with a model that says a word every ten milliseconds: for
// measuring how evenly a stream runs while other work goes on in the same process.
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { compose } from "../../adapters/compose.ts";
import { readEnvironment } from "../../adapters/runtimes/shared/environment.ts";
import { createListener } from "../../adapters/runtimes/node/listener.ts";
import { nodeCapabilities } from "../../adapters/runtimes/node/capabilities.ts";
import { createApp } from "../../handlers/app.ts";
import type { LanguageModel } from "../../handlers/ports/language-model.ts";
import { parseSettings } from "../../handlers/settings/index.ts";

const ticking: LanguageModel = {
  name: "ticking",
  async *stream(_request, signal) {
    while (!signal.aborted) {
      yield { type: "text-delta", text: "tick " };
      await sleep(10);
    }
  },
};

const print = (message: string) => void process.stdout.write(`${message}\n`);
const logger = {
  debug() {},
  info: (message: string) => print(message),
  warn: print,
  error: print,
};
const parsed = parseSettings(readEnvironment());
const ports = compose(parsed.settings, nodeCapabilities(logger));
const app = createApp({ ...ports, languageModel: ticking }, parsed);
const server = createServer(createListener(app));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  print(`listening url=http://127.0.0.1:${port}`);
  void app.start();
});
process.once("SIGTERM", () => {
  void app.stop(0).then(() => process.exit(0));
});
