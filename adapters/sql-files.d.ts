/** `.sql` files are imported as their text: by esbuild's text loader, and by vitest's plugin in tests. */
declare module "*.sql" {
  const text: string;
  export default text;
}
