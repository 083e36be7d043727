export { describeSettings, type SettingDescription } from "./describe.ts";
export { parseSettings, type ParsedSettings } from "./parse.ts";
export type * from "./types.ts";
