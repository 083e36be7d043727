import type { Caller } from "../../../http/access/identity.ts";
import type { OwnAddress } from "../../../http/access/own-address.ts";
import type { Limit } from "../../../http/rate-limits/limits.ts";
import type { Tool } from "../../../lib/tool.ts";
import type { UpstreamModel } from "../../../ports/language-model.ts";
import type { ChatLimits } from "../../schema.ts";
import type { TurnDependencies } from "../../turns/start-turn.ts";

/** What the routes under `/v1` need. */
export interface OpenaiOptions {
  readonly deps: TurnDependencies;
  readonly limits: ChatLimits;
  readonly rateLimits: readonly Limit[];
  /** The tools that the assistant may use for a caller. */
  readonly toolsOf: (caller: Caller | { readonly kind: "anonymous" }) => readonly Tool[];
  readonly ownAddress: OwnAddress;
  readonly upstreams: readonly UpstreamModel[];
}
