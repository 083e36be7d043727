import { createFetchedAssets, type AssetFetcher } from "../../assets/fetched.ts";
import { createScryptHasher } from "../../password-hashers/scrypt.ts";
import { createRequestApp, type RequestApp } from "../shared/request-app.ts";

/** Settings and secrets are the bindings that are strings. */
interface Bindings {
  readonly [name: string]: unknown;
  readonly ASSETS?: AssetFetcher;
}

/** The part we use of a worker's context (https://developers.cloudflare.com/workers/runtime-apis/context/). */
interface WorkerContext {
  waitUntil(work: Promise<unknown>): void;
}

/** One for each isolate, created by the first request, because bindings come with requests. */
let made: RequestApp | undefined;

function createWorkerApp(bindings: Bindings): RequestApp {
  const texts = Object.entries(bindings).filter(
    (binding): binding is [string, string] => typeof binding[1] === "string",
  );
  return createRequestApp(Object.fromEntries(texts), {
    assets: createFetchedAssets(bindings.ASSETS),
    passwordHasher: createScryptHasher(),
  });
}

export default {
  fetch(request: Request, bindings: Bindings, context: WorkerContext): Promise<Response> {
    made ??= createWorkerApp(bindings);
    return made.fetch(request, {
      clientAddress: request.headers.get("cf-connecting-ip") ?? undefined,
      waitUntil: (work) => context.waitUntil(work),
    });
  },
};
