import { button, element } from "../lib/elements.ts";
import { problemOf } from "../lib/request.ts";
import type { SignedInDevice } from "../../../contract/session.ts";
import { createFetchedList, day, entry, section, type SettingsDependencies } from "./section.ts";

/** Lists the signed-in devices, each with a button to sign it out. */
export function createDevicesSection({ api, notify }: SettingsDependencies): {
  readonly element: HTMLElement;
  readonly load: () => Promise<void>;
} {
  const list = createFetchedList(api.devices, draw, "Nowhere.");

  function draw(device: SignedInDevice): HTMLElement {
    const name = device.user_agent || "Unknown device";
    const about = `Last used ${day(device.last_used_at)}`;
    if (device.current) return entry(name, about, element("span", "tag", "This device"));
    const end = button("again", "Sign out", () => void revoke(device));
    end.setAttribute("aria-label", `Sign out ${name}`);
    return entry(name, about, end);
  }

  async function revoke(device: SignedInDevice): Promise<void> {
    try {
      await api.endDevice(device.id);
    } catch (error) {
      if (problemOf(error).status !== 404) return notify(problemOf(error).detail);
    }
    notify("That device is signed out.");
    await list.load();
  }

  return { element: section("Signed-in devices", list.element), load: list.load };
}
