import type { Affected, Settings, SettingsProblem } from "../settings/index.ts";
import type { Route } from "./route.ts";

/** Decides what stays closed while the operator has settings to mend. */
export function createSettingsGate(problems: readonly SettingsProblem[]) {
  /** The name of a setting that takes one of these parts away; undefined: all of them work. */
  const brokenSetting = (...parts: readonly Affected[]): string | undefined =>
    problems.find(({ affects }) => affects.some((part) => parts.includes(part)))?.name;

  return {
    brokenSetting,

    /** These routes, answering 503 `settings_missing` while one of the parts they need does not work. */
    needing: (parts: readonly Affected[], routes: readonly Route[]): Route[] =>
      routes.map((route) => ({ ...route, closedBy: brokenSetting(...parts) })),

    /** An unreadable CHAT_ACCESS may have been meant to keep guests out. */
    guestPolicy: (access: Settings["chat"]["access"]): "welcome" | "refused" =>
      access === "public" && brokenSetting("chat") === undefined ? "welcome" : "refused",
  };
}
