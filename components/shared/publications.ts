// How a picture stands in a gallery: the sign of one publication, and what several together come to.
import type { PublicationStateFragment } from "../api/generated/graphql.ts";
import type { MessageKey } from "./messages/messages.ts";
import type { Mark } from "./Status.tsx";

export type PublicationSign = { readonly mark: Mark; readonly word: MessageKey };

const signs = {
  absent: { mark: "waiting", word: "notPublished" },
  QUEUED: { mark: "waiting", word: "pairQueued" },
  SENT: { mark: "processing", word: "pairProcessing" },
  PUBLISHED: { mark: "approved", word: "published" },
  earlier: { mark: "warning", word: "publishedEarlier" },
  FAILED: { mark: "failed", word: "failed" },
} as const satisfies Readonly<Record<string, PublicationSign>>;

/** @param publication undefined where nobody has asked for it yet */
export function signOf(publication: Pick<PublicationStateFragment, "status" | "isCurrent"> | undefined): PublicationSign {
  if (publication === undefined) return signs.absent;
  return publication.status === "PUBLISHED" && !publication.isCurrent ? signs.earlier : signs[publication.status];
}

export type PublicationMark = "published" | "underWay" | "failed" | "earlier";

/** What is most worth knowing of all galleries that a picture was published to: what failed, what is under way, what is no longer true. */
export function markOf(
  publications: readonly PublicationStateFragment[],
): { readonly mark: PublicationMark; readonly of: readonly PublicationStateFragment[] } | undefined {
  const tests: readonly (readonly [PublicationMark, (publication: PublicationStateFragment) => boolean])[] = [
    ["failed", ({ status }) => status === "FAILED"],
    ["underWay", ({ status }) => status === "QUEUED" || status === "SENT"],
    ["earlier", ({ isCurrent }) => !isCurrent],
    ["published", () => true],
  ];
  for (const [mark, isSo] of tests) {
    const of = publications.filter(isSo);
    if (of.length > 0) return { mark, of };
  }
  return undefined;
}

/** Galleries tell addresses of their own making: only those of the web become links. */
export const webLink = (url: string | null): string | undefined => (url !== null && /^https?:\/\//i.test(url) ? url : undefined);
