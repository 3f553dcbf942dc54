// Where the picture was published, when, and what keeps it from being there.
import { ExternalLink } from "lucide-react";
import type { PublicationStateFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { PublishedMark } from "../shared/PublishedMark.tsx";
import { signOf, webLink } from "../shared/publications.ts";
import { Status } from "../shared/Status.tsx";

export interface PublicationsProps {
  readonly publications: readonly PublicationStateFragment[];
  readonly galleryTitle: (name: string) => string;
}

export function Publications({ publications, galleryTitle }: PublicationsProps) {
  const { t } = useStudio();
  if (publications.length === 0) return null;
  return (
    <section className="studio-section" aria-label={t("publications")}>
      <div className="studio-line">
        <h3 className="studio-section-title">{t("publications")}</h3>
        <PublishedMark publications={publications} galleryTitle={galleryTitle} />
      </div>
      {publications.map((publication) => (
        <One key={publication.id} publication={publication} title={galleryTitle(publication.gallery)} />
      ))}
    </section>
  );
}

function One({ publication, title }: { readonly publication: PublicationStateFragment; readonly title: string }) {
  const { t, say, format } = useStudio();
  const { mark, word } = signOf(publication);
  const link = webLink(publication.url);
  return (
    <div className="studio-small">
      <div className="studio-line studio-publish-state">
        <span className="studio-medium">{title}</span>
        <Status mark={mark}>{t(word)}</Status>
        {publication.at === null ? null : <span className="studio-3rd">{format.moment(publication.at)}</span>}
      </div>
      {publication.error === null ? null : <p className="studio-2nd">{say(publication.error)}</p>}
      {link === undefined ? null : (
        <a className="studio-link" href={link} target="_blank" rel="noreferrer">
          {t("publishedLink", { gallery: title })}
          <ExternalLink className="studio-icon" />
        </a>
      )}
    </div>
  );
}
