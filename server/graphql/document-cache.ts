// Parsed documents by their text: a client asks the same few again and again. Anybody may send any text before he has said who he is, so that
// what is kept is bounded by size and not by number alone.
import type { DocumentNode } from "graphql";

/** Characters of a document that is kept: the widget's longest, with its fragments, has some 3,000. */
const maxLength = 16_000;
/** Characters of all that are kept. Parsed they take up to some 220 bytes a character, which makes 66 MB at the very most. */
const maxTotalLength = 300_000;

export interface DocumentCache {
  get(text: string): DocumentNode | undefined;
  set(text: string, document: DocumentNode): void;
}

/** The least recently asked go first. */
export function createDocumentCache(): DocumentCache {
  // A Map keeps the order of insertion: what is asked is put to the end again.
  const kept = new Map<string, DocumentNode>();
  let length = 0;
  return {
    get(text) {
      const document = kept.get(text);
      if (document === undefined) return undefined;
      kept.delete(text);
      kept.set(text, document);
      return document;
    },
    set(text, document) {
      if (text.length > maxLength || kept.has(text)) return;
      kept.set(text, document);
      length += text.length;
      for (const oldest of kept.keys()) {
        if (length <= maxTotalLength) return;
        kept.delete(oldest);
        length -= oldest.length;
      }
    },
  };
}
