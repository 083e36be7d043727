import * as v from "valibot";
import type { Sent } from "./sent.ts";

/** An account, or a guest. */
export const user = v.object({
  id: v.string(),
  email: v.nullable(v.string()),
  name: v.nullable(v.string()),
  kind: v.picklist(["guest", "user"]),
  created_at: v.string(),
});

/** An account as its owner sees it. */
export const ownUser = v.object({
  ...user.entries,
  has_password: v.pipe(v.boolean(), v.description("Without a password, deleting needs none")),
});

/** The answer of every route that signs a user in. */
export const grant = v.object({
  access_token: v.string(),
  token_type: v.literal("bearer"),
  expires_in: v.pipe(v.number(), v.description("Seconds")),
  refresh_token: v.string(),
  user,
});

export type User = Sent<typeof user>;
export type OwnUser = Sent<typeof ownUser>;
export type Grant = Sent<typeof grant>;
