import { runScript } from "./script.ts";

/** The script's file beside this one: of the server, or of its database's thread. */
declare const SCRIPT: string;

runScript(new URL(SCRIPT, import.meta.url));
