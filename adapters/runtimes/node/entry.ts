import { useCompiledCode } from "./compiled-code.ts";

// Before the rest is loaded, which therefore is a file of its own.
useCompiledCode();
void import("./serve.ts");
