import { createFolderAssets } from "../../assets/folder.ts";
import { createScryptHasher } from "../../password-hashers/scrypt.ts";
import { createRequestApp } from "../shared/request-app.ts";

/** Where Vercel keeps the current request's context; its package @vercel/functions reads it there too. */
const requestContext = Symbol.for("@vercel/request-context");
interface VercelGlobal {
  readonly [requestContext]?: {
    get?(): { waitUntil?(work: Promise<unknown>): void } | undefined;
  };
}

const app = createRequestApp(process.env, {
  assets: createFolderAssets(new URL("./", import.meta.url)),
  passwordHasher: createScryptHasher(),
  async openPostgres(url) {
    const { createPostgresDatabase } = await import("../../databases/postgres/database.ts");
    return createPostgresDatabase({ url });
  },
});

/** What Deno adds to a request (https://docs.deno.com/api/deno/~/Deno.ServeHandlerInfo). */
interface DenoConnection {
  readonly remoteAddr?: { readonly hostname?: string };
}

/** Vercel's Node form of a function (https://vercel.com/docs/functions/runtimes/node-js), and that of `deno serve`. */
export default {
  fetch(request: Request, connection?: DenoConnection): Promise<Response> {
    const context = (globalThis as VercelGlobal)[requestContext]?.get?.();
    return app.fetch(request, {
      // Vercel overwrites this header; under Deno a client may send any.
      clientAddress:
        connection?.remoteAddr?.hostname ?? request.headers.get("x-real-ip") ?? undefined,
      waitUntil: (work) => context?.waitUntil?.(work),
    });
  },
};
