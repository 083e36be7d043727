import * as v from "valibot";
import { name, newPassword, password } from "../sessions/schema.ts";

export const changeBody = v.pipe(
  v.object({
    name: v.optional(name),
    password: v.optional(newPassword),
    current_password: v.optional(password),
  }),
  v.forward(
    v.check(
      (body) => body.password === undefined || body.current_password !== undefined,
      "is required to change the password",
    ),
    ["current_password"],
  ),
);

/** An account without a password is deleted without one. */
export const removeBody = v.object({ password: v.optional(password, "") });
