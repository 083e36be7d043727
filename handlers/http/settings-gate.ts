import type { Affected, Settings, SettingsProblem } from "../settings/index.ts";
import type { Route } from "./route.ts";

/** Decides what stays closed while settings are missing or invalid. */
export function createSettingsGate(problems: readonly SettingsProblem[]) {
  /** The name of a broken setting that one of these parts needs; undefined: all of them work. */
  const brokenSetting = (...parts: readonly Affected[]): string | undefined =>
    problems.find(({ affects }) => affects.some((part) => parts.includes(part)))?.name;

  return {
    brokenSetting,

    /** These routes, answering 503 `settings_missing` while one of the parts they need does not work. */
    needing: (parts: readonly Affected[], routes: readonly Route[]): Route[] =>
      routes.map((route) => ({ ...route, closedBy: brokenSetting(...parts) })),

    /** Refuses guests also while CHAT_ACCESS is invalid: it may have been meant to keep them out. */
    guestPolicy: (access: Settings["chat"]["access"]): "welcome" | "refused" =>
      access === "public" && brokenSetting("chat") === undefined ? "welcome" : "refused",
  };
}
