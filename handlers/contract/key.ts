import * as v from "valibot";
import { pageOf } from "./page.ts";
import { scopes } from "./scope.ts";
import type { Sent } from "./sent.ts";

/** An API key, without its secret. */
export const key = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.picklist(scopes)),
  created_at: v.string(),
  last_used_at: v.nullable(v.string()),
  expires_at: v.nullable(v.string()),
});

export const createdKey = v.object({
  ...key.entries,
  key: v.pipe(v.string(), v.description("The bearer token; it is shown this once")),
});

export const keyList = pageOf("keys", key);

export type ApiKey = Sent<typeof key>;
export type NewApiKey = Sent<typeof createdKey>;
export type KeyPage = Sent<typeof keyList>;
