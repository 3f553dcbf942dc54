// One picture and how it stands in a gallery: queued, under way, there with its link, or refused with the reason and a way to try again.
import { ExternalLink, RotateCw, Star } from "lucide-react";
import type { PublicationStateFragment, PublishedPairFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import { signOf, webLink } from "../shared/publications.ts";
import { Status } from "../shared/Status.tsx";

export interface PublishRowProps {
  readonly pair: PublishedPairFragment;
  readonly publication: PublicationStateFragment | undefined;
  /** Why the server did not take it. */
  readonly refusal: string | undefined;
  readonly galleryTitle: string;
  readonly onTryAgain: (() => void) | undefined;
}

export function PublishRow({ pair, publication, refusal, galleryTitle, onTryAgain }: PublishRowProps) {
  const { t, say, format } = useStudio();
  const { mark, word } = refusal === undefined ? signOf(publication) : ({ mark: "failed", word: "publishRefused" } as const);
  const picture = pair.result ?? pair.source;
  const link = webLink(publication?.url ?? null);
  const why = refusal ?? (publication?.error ? say(publication.error) : undefined);
  const isFailed = refusal !== undefined || publication?.status === "FAILED";
  const name = pair.source.name;
  return (
    <li className="studio-failure" data-status={refusal === undefined ? (publication?.status ?? "NONE") : "REFUSED"}>
      <div className="studio-thumb">
        <Picture photo={picture} url={picture.thumb} size="thumb" fit="contain" />
      </div>
      <div className="studio-failure-words">
        <div className="studio-line">
          {pair.isMain ? <Star className="studio-icon studio-star" role="img" aria-label={t("mainPhoto")} aria-hidden={false} /> : null}
          <span className="studio-cut" title={`${pair.sku.code} · ${name}`}>
            <span className="studio-2nd">{pair.sku.code}</span> {name}
          </span>
        </div>
        <div className="studio-line studio-publish-state">
          <Status mark={mark}>{t(word)}</Status>
          {publication?.at == null || isFailed ? null : <span className="studio-small studio-3rd">{format.moment(publication.at)}</span>}
          {link === undefined ? null : (
            <a className="studio-link studio-small" href={link} target="_blank" rel="noreferrer">
              {t("publishedLink", { gallery: galleryTitle })}
              <ExternalLink className="studio-icon" />
            </a>
          )}
        </div>
        {why === undefined ? null : <div className="studio-small studio-2nd">{why}</div>}
      </div>
      {isFailed && onTryAgain !== undefined ? (
        <Button
          kind="quiet"
          size="s"
          label={`${t("tryAgain")}: ${name}`}
          icon={<RotateCw className="studio-icon" />}
          onClick={onTryAgain}
        />
      ) : null}
    </li>
  );
}
