// Global ids: opaque to clients, `Type:uuid` in base64 to us. An id that can not be read is one that is not there.
import { decodeBase64, encodeBase64 } from "@pothos/core";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Of no row: what can not be read is looked up by it and, like any other unknown id, not found. */
export const noRowId = "00000000-0000-0000-0000-000000000000";

const nodeTypes: readonly string[] = [
  "Sku",
  "Pair",
  "Result",
  "Job",
  "JobItem",
  "JobLog",
  "PromptGroup",
  "PromptTemplate",
  "ApiKey",
  "GallerySync",
  "Publication",
];

export const encodeId = (typename: string, id: string): string => encodeBase64(`${typename}:${id}`);

/** The database id when the global id is one of this type; else null. Never throws. */
export function decodeId(typename: string, globalId: string): string | null {
  const decoded = read(globalId);
  return decoded?.typename === typename ? decoded.id : null;
}

/** For `node` and `nodes`, which must answer null, not an error, for an id that can not be read. */
export function decodeNodeId(globalId: string): { typename: string; id: string } {
  const decoded = read(globalId);
  return decoded !== null && nodeTypes.includes(decoded.typename) ? decoded : { typename: "Sku", id: noRowId };
}

function read(globalId: string): { typename: string; id: string } | null {
  try {
    const text = decodeBase64(globalId);
    const at = text.indexOf(":");
    const id = text.slice(at + 1);
    return at > 0 && uuid.test(id) ? { typename: text.slice(0, at), id } : null;
  } catch {
    return null;
  }
}
