import { createProcessApp } from "../shared/process-app.ts";
import { guardStalling } from "../shared/stall-guard.ts";

/** The part we use of Bun (https://bun.com/docs/runtime/http/server). */
interface BunServer {
  readonly port: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActiveConnections?: boolean): Promise<void>;
}
declare const Bun: {
  serve(options: {
    port: number;
    hostname: string;
    /** Seconds; 0 disables it. A stream may be silent for longer than Bun's default of 10. */
    idleTimeout: number;
    fetch(request: Request, server: BunServer): Promise<Response>;
  }): BunServer;
};

const docent = createProcessApp();
const { server: at, listening, refused } = docent;
try {
  const server = Bun.serve({
    port: at.port,
    hostname: at.host,
    idleTimeout: 0,
    fetch: async (request, self) =>
      guardStalling(
        await docent.fetch(request, { clientAddress: self.requestIP(request)?.address }),
      ),
  });
  listening(server.port, { gently: () => server.stop(), now: () => void server.stop(true) });
} catch (error) {
  refused(error instanceof Error && "code" in error ? String(error.code) : undefined);
}
