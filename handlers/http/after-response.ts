import type { Platform } from "./context.ts";

type Handle = (request: Request, platform: Platform) => Promise<Response>;

/**
 * Where nothing runs between requests, does what there is to do behind each answer; and whoever leaves in
 * the middle of a request leaves nothing half done. Elsewhere it changes nothing.
 *
 * @param tend never rejects
 */
export function workBehind(handle: Handle, tend: () => Promise<unknown>) {
  return (request: Request, platform: Platform = {}): Promise<Response> => {
    const answer = handle(request, platform);
    platform.waitUntil?.(answer.then(tend));
    return answer;
  };
}
