export { describeSettings, type SettingDescription } from "./settings/describe.ts";
export { parseSettings, type ParsedSettings } from "./settings/parse.ts";
export type * from "./settings/types.ts";
