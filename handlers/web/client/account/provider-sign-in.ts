import { element } from "../lib/elements.ts";
import { siteName } from "../lib/site-name.ts";
import type { Notify } from "../lib/notices.ts";
import { jsonRequest, problemOf, type SendRequest } from "../lib/request.ts";
import type { Session } from "../lib/session.ts";
import type { Grant } from "../../../contract/user.ts";

interface Provider {
  readonly name: string;
  /** The path on this server at which signing in begins. */
  readonly path: string;
}

export interface ProviderButtons {
  /** Links to the configured identity providers; empty until they are known. */
  readonly links: () => HTMLElement;
  /** Completes a sign-in that returned to this page, after removing its code from the address. */
  readonly finish: () => Promise<void>;
}

/** Creates the buttons that sign in with an identity provider. */
export function createProviderButtons(
  request: SendRequest,
  session: Session,
  notify: Notify,
): ProviderButtons {
  let known: Promise<readonly Provider[]> | undefined;

  function read(): Promise<readonly Provider[]> {
    known ??= fetchProviders(request).catch(() => {
      // Signing in with a password still works; the dialog asks again when it opens next.
      known = undefined;
      return [];
    });
    return known;
  }

  return {
    links() {
      const place = element("div", "providers");
      void read().then((providers) => place.append(...providers.flatMap(linkTo)));
      return place;
    },

    async finish() {
      const [, word, value = ""] = /^#(sign-in|sign-in-error)=([\w-]+)$/.exec(location.hash) ?? [];
      if (word === undefined) return;
      history.replaceState(null, "", location.pathname + location.search);
      if (word === "sign-in-error") return notify(describeFailure(value));
      try {
        const answer = await request("/api/auth/huggingface/redeem", () =>
          jsonRequest("POST", { code: value }),
        );
        session.keep((await answer.json()) as Grant);
      } catch (error) {
        notify(problemOf(error).detail);
      }
    },
  };
}

function describeFailure(code: string): string {
  if (code === "unavailable") return `${siteName()} is not quite awake. Try again soon.`;
  return failures[code] ?? "Signing in did not work. Try again.";
}

const failures: Readonly<Record<string, string>> = {
  access_denied: "You did not sign in.",
  provider_unavailable: "Hugging Face cannot be reached at the moment. Try again soon.",
  sign_in_expired: "That took too long, or was begun in another browser. Try again.",
};

async function fetchProviders(request: SendRequest): Promise<readonly Provider[]> {
  const answer = await request("/api/auth/providers");
  const { providers } = (await answer.json()) as { readonly providers?: readonly Provider[] };
  return providers ?? [];
}

function linkTo({ name, path }: Provider): HTMLElement[] {
  const link = element("a", "again provider", `Sign in with ${name}`);
  link.href = path;
  if (window.top === window) return [link];
  // In an iframe, because storage there is partitioned and providers refuse to be framed.
  link.target = "_blank";
  link.rel = "noopener";
  return [link, element("p", "hint", "It goes on in a new tab.")];
}
