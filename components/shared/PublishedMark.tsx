// A small mark on a picture that was published or is on its way: where, and how that stands.
import { Store } from "lucide-react";
import type { PublicationStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "./context.ts";
import type { MessageKey } from "./messages/messages.ts";
import { markOf, type PublicationMark } from "./publications.ts";

export interface PublishedMarkProps {
  readonly publications: readonly PublicationStateFragment[];
  /** What people call a gallery; left out, its name. */
  readonly galleryTitle?: ((name: string) => string) | undefined;
}

const words: Readonly<Record<PublicationMark, MessageKey>> = {
  published: "markPublished",
  underWay: "markUnderWay",
  failed: "markFailed",
  earlier: "markEarlier",
};

export function PublishedMark({ publications, galleryTitle = (name) => name }: PublishedMarkProps) {
  const { t, format } = useStudio();
  const found = markOf(publications);
  if (found === undefined) return null;
  const names = found.of.map(({ gallery }) => galleryTitle(gallery));
  const name = t(words[found.mark], { galleries: format.list(names) });
  return (
    <span className="studio-published" data-is={found.mark} role="img" aria-label={name} title={name}>
      <Store className="studio-icon" />
    </span>
  );
}
