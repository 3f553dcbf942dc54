// A small mark on a picture that was published or is on its way: where, and how that stands.
import { Store } from "lucide-react";
import type { PublicationStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "./context.ts";
import type { MessageKey } from "./messages/messages.ts";
import { markOf, type PublicationMark } from "./publications.ts";
import { type Mark, Status } from "./Status.tsx";

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

/** Beside the icon: states differ in shape, not by colour alone. */
const marks: Readonly<Record<PublicationMark, Mark | undefined>> = {
  published: undefined,
  underWay: "processing",
  failed: "failed",
  earlier: "warning",
};

export function PublishedMark({ publications, galleryTitle = (name) => name }: PublishedMarkProps) {
  const { t, format } = useStudio();
  const found = markOf(publications);
  if (found === undefined) return null;
  const names = found.of.map(({ gallery }) => galleryTitle(gallery));
  const mark = marks[found.mark];
  const name = t(words[found.mark], { galleries: format.list(names) });
  return (
    <span className="studio-published" data-is={found.mark} role="img" aria-label={name} title={name}>
      <Store className="studio-icon" />
      {mark === undefined ? null : <Status mark={mark} />}
    </span>
  );
}
