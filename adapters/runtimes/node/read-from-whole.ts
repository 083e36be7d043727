/**
 * Defines getters of what an object leaves to another one, its `whole`, which is made when the first of them is read:
 * on Node, most requests and responses end before anybody asks for more than their method, address, status and headers.
 */
export function readFromWhole(
  prototype: { readonly whole: object },
  names: readonly (string | symbol)[],
): void {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      get(this: { readonly whole: object }): unknown {
        const value: unknown = Reflect.get(this.whole, name);
        return typeof value === "function" ? value.bind(this.whole) : value;
      },
    });
  }
}

/** Of requests and responses alike. */
export const ofBodies = ["bodyUsed", "arrayBuffer", "blob", "bytes", "formData", "json", "text"];
