import { dictionary } from "@zxcvbn-ts/language-common";

/** The 49,000 most common passwords in leaks from many services: lower case, the most common first. */
export const leakedPasswords: readonly string[] = dictionary["passwords-common"];
