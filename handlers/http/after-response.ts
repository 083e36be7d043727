import type { Platform } from "./context.ts";

type Handle = (request: Request, platform: Platform) => Promise<Response>;

/**
 * On serverless platforms, runs maintenance after each response (`waitUntil`), also when the client
 * disconnects. Does nothing on servers.
 *
 * @param maintain never rejects
 */
export function afterResponse(handle: Handle, maintain: () => Promise<unknown>) {
  return (request: Request, platform: Platform = {}): Promise<Response> => {
    const response = handle(request, platform);
    platform.waitUntil?.(response.then(maintain));
    return response;
  };
}
