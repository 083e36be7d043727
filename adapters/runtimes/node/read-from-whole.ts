/** What requests and responses have alike. */
const ofBodies = ["bodyUsed", "arrayBuffer", "blob", "bytes", "clone", "formData", "json", "text"];

/**
 * Adds getters of what a class leaves to another object, its `whole`, which is made when the first of them is read: on
 * Node, most requests and responses end before more than method, address, status and headers is read.
 */
export function readFromWhole<Part extends { readonly prototype: { readonly whole: object } }>(
  part: Part,
  names: readonly string[],
): Part {
  for (const name of [...ofBodies, ...names, Symbol.toStringTag]) {
    Object.defineProperty(part.prototype, name, {
      get(this: { readonly whole: object }): unknown {
        const value: unknown = Reflect.get(this.whole, name);
        return typeof value === "function" ? value.bind(this.whole) : value;
      },
    });
  }
  return part;
}
