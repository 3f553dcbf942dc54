// Which gallery: each with its kind and how its last import stands.
import type { GalleryKind } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { jobSigns, Status } from "../shared/Status.tsx";
import { type Gallery, isSyncOver } from "./useGalleries.ts";

export interface GalleryChoiceProps {
  readonly galleries: readonly Gallery[];
  /** The name of the chosen one. */
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

export function GalleryChoice({ galleries, chosen, onChoose }: GalleryChoiceProps) {
  const { t, format } = useStudio();
  const kinds: Readonly<Record<GalleryKind, string>> = { OZON: "Ozon", S3: "S3", HTTP: t("galleryFeed") };
  return (
    <div className="studio-galleries" role="radiogroup" aria-label={t("galleries")}>
      {galleries.map(({ name, title, kind, lastSync }) => (
        <label key={name} className="studio-radio" data-on={name === chosen ? "" : undefined}>
          <span className="studio-dot" data-on={name === chosen ? "" : undefined}>
            <input type="radio" className="studio-check-input" checked={name === chosen} onChange={() => onChoose(name)} />
          </span>
          <span className="studio-radio-words">
            <span className="studio-cut" title={title}>
              {title}
            </span>
            <span className="studio-small studio-2nd studio-cut">
              {kinds[kind] === title ? "" : `${kinds[kind]} · `}
              {lastSync === null
                ? t("galleryNeverShort")
                : isSyncOver(lastSync)
                  ? format.moment(lastSync.finishedAt ?? lastSync.startedAt)
                  : t("galleryImporting")}
            </span>
          </span>
          {lastSync === null ? null : <Status mark={jobSigns[lastSync.status].mark} />}
        </label>
      ))}
    </div>
  );
}
