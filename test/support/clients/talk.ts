import { connect } from "node:net";

/** Writes these bytes to the server and returns all it says. @param then `end`: ends its half of the connection */
export function talk(url: string, bytes: string, then: "wait" | "end" = "wait"): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let said = "";
    const to = { host: hostname, port: Number(port), allowHalfOpen: true };
    const socket = connect(to, () => (then === "end" ? socket.end(bytes) : socket.write(bytes)));
    socket.on("end", () => socket.end());
    socket.on("data", (chunk) => (said += chunk.toString()));
    socket.on("close", () => resolve(said));
    socket.on("error", reject);
  });
}
