// Loaded before a program: what it sends to Neon reaches the stand-in of the tests instead.
const { NEON_STAND_IN: endpoint } = process.env;
const { fetch: send } = globalThis;

globalThis.fetch = (input, init) => {
  const { hostname, protocol } = new URL(input instanceof Request ? input.url : input);
  const isNeon = protocol === "https:" && hostname.endsWith(".neon.tech");
  return isNeon && endpoint ? send(endpoint, init) : send(input, init);
};
