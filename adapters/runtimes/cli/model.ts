import { parseSettings } from "../../../handlers/settings/index.ts";
import { type Command, textOption, UsageError } from "./command.ts";
import { createByteProgress } from "./progress.ts";
import { modelFolders } from "../node/model-folders.ts";

/** Another hub, or a mirror, as the hub's own tools name it. */
const hubAddress = "https://huggingface.co";

export const modelCommand: Command = {
  name: "model",
  summary: "fetch a model for the built-in embedder from the model hub",
  usage: "model fetch [owner/name[@revision]] [--into folder]",
  takesArguments: true,
  options: { into: { type: "string" } },
  run: async (invocation) => {
    const { terminal, positionals } = invocation;
    const [verb, given, ...others] = positionals;
    if (verb !== "fetch" || others.length > 0)
      throw new UsageError("The only action is: model fetch.");
    const { settings } = parseSettings(terminal.environment);
    const { defaultRepository, parseRepository } = await import("../../embedders/local/locate.ts");
    const { fetchModel } = await import("../../embedders/local/hub/fetch-model.ts");
    const set = settings.models.localEmbedder.model;
    const wanted = given ?? (set && parseRepository(set) ? set : defaultRepository);
    const repository = parseRepository(wanted);
    if (repository === undefined) throw new UsageError(`${wanted} is not owner/name[@revision].`);
    const progress = createByteProgress(terminal);
    const endpoint = terminal.environment["HF_ENDPOINT"]?.trim() || hubAddress;
    try {
      const { folder, bytes, fetchedBytes } = await fetchModel({
        endpoint: endpoint.replace(/\/+$/, ""),
        repository,
        root: textOption(invocation, "into") ?? modelFolders(settings.dataDirectory)[0],
        signal: terminal.signal,
        onProgress: (name, done, total) => progress.show(name, done, total),
      });
      progress.end();
      const size = `${(bytes / 1e6).toFixed(1)} MB`;
      const news = fetchedBytes === 0 ? "had been fetched already" : "fetched and verified";
      terminal.print(`${wanted} ${news}: ${size} in ${folder}\n`);
      return 0;
    } finally {
      progress.end();
    }
  },
};
