// The public entry: the app, its settings, and the types of its ports.
export { createApp, type App, type Ports } from "./app.ts";
export type { Platform } from "./http/context.ts";
export { PortFailure, type FailureCode } from "./ports/failure.ts";
export type { Database, DatabaseService, Statement } from "./ports/database.ts";
export type { LanguageModel, ModelPart, ModelRequest } from "./ports/language-model.ts";
export type { Logger } from "./ports/logger.ts";
export type { PasswordHasher } from "./ports/password-hasher.ts";
export {
  parseSettings,
  type Environment,
  type ParsedSettings,
  type Settings,
} from "./settings/index.ts";
