import type { IdentityProvider } from "../../../handlers/ports/identity-provider.ts";
import type { HuggingFaceOptions } from "./provider.ts";

/** Sign in with Hugging Face, whose code the first sign-in loads: a worker reads less at each start. */
export function createLateProvider(options: HuggingFaceOptions): IdentityProvider {
  const load = async () => (await import("./provider.ts")).createHuggingFaceProvider(options);
  let loaded: ReturnType<typeof load> | undefined;
  const provider = () => (loaded ??= load());
  return {
    authorizationUrl: async (request) => (await provider()).authorizationUrl(request),
    identify: async (answer) => (await provider()).identify(answer),
  };
}
