import * as v from "valibot";
import { pageOf } from "./page.ts";
import type { Sent } from "./sent.ts";

/** A session: one signed-in device. */
export const session = v.object({
  id: v.string(),
  created_at: v.string(),
  last_used_at: v.string(),
  expires_at: v.string(),
  user_agent: v.pipe(
    v.nullable(v.string()),
    v.description("A few words, such as `Firefox on Windows`"),
  ),
  current: v.boolean(),
});

export const sessionList = pageOf("sessions", session);

export type SignedInDevice = Sent<typeof session>;
export type SessionPage = Sent<typeof sessionList>;
