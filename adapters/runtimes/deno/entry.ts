import { createProcessApp } from "../shared/process-app.ts";
import { guardStalling } from "../shared/stall-guard.ts";

/** The part we use of Deno (https://docs.deno.com/api/deno/~/Deno.serve). */
declare const Deno: {
  serve(
    options: { port: number; hostname: string; signal: AbortSignal; onListen(): void },
    handler: (
      request: Request,
      info: { readonly remoteAddr: { readonly hostname: string } },
    ) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
};

const docent = createProcessApp();
const { server: at, listening, refused } = docent;
const ending = new AbortController();
try {
  const server = Deno.serve(
    { port: at.port, hostname: at.host, signal: ending.signal, onListen: () => undefined },
    async (request, info) =>
      guardStalling(await docent.fetch(request, { clientAddress: info.remoteAddr.hostname })),
  );
  listening(server.addr.port, { gently: () => server.shutdown(), now: () => ending.abort() });
} catch (error) {
  refused(error instanceof Error && "code" in error ? String(error.code) : undefined);
}
