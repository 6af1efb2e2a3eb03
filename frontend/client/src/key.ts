// Idempotency keys.

/** A random UUID. Not `crypto.randomUUID`: it does not exist on plain HTTP, for example on a till's local network. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // Version 4, variant 1 (RFC 9562).
  const byte = (at: number): number => bytes[at] ?? 0;
  bytes[6] = (byte(6) & 0x0f) | 0x40;
  bytes[8] = (byte(8) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (value) => value.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
