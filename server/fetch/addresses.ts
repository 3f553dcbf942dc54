// Which IP addresses lie on the public internet. All else is refused, whatever it is called and however it is spelled.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** IPv6's public space; what lies outside embeds IPv4 addresses, is local, or is not given out yet. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");

/** Public by their number, but answered by the cloud's own host: Azure's wire server hands out a machine's secrets. */
const cloudAddresses: readonly string[] = ["168.63.129.16"];

/**
 * Whether an address may be connected to on a user's word. `range()` names every special one "loopback", "private",
 * "carrierGradeNat", "reserved" and so on; those that carry an IPv4 address inside (mapped, translated, 6to4, Teredo) are refused
 * as a whole, so that no wrapping can hide a private one.
 * @param address as a resolver answers it; false for text that is no address
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast" || cloudAddresses.includes(address)) return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}
