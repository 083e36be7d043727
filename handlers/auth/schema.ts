import * as v from "valibot";

export const guestBody = v.object({});

export const refreshBody = v.object({
  refresh_token: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
});

export const grant = v.object({
  access_token: v.string(),
  token_type: v.literal("bearer"),
  expires_in: v.number(),
  refresh_token: v.string(),
  user: v.object({
    id: v.string(),
    email: v.nullable(v.string()),
    name: v.nullable(v.string()),
    kind: v.picklist(["guest", "user"]),
    created_at: v.string(),
  }),
});
