// Ids of rows that are not inserted by Prisma, which makes the same kind.
import { randomUUID } from "node:crypto";

/**
 * A UUID of version 7: it begins with its time, so that what is written in one hour lies side by side in every index, and a million older rows
 * are not touched by it. https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
