// One photo, before and after, to see what a template does.
import { Play } from "lucide-react";
import { useState } from "react";
import type { PairCellFragment } from "../api/generated/graphql.ts";
import { Button } from "../shared/Button.tsx";
import { useStudio } from "../shared/context.ts";
import { isEditable } from "../shared/decisions.ts";
import { Picture } from "../shared/Picture.tsx";
import { Ring } from "../shared/Ring.tsx";
import { useTry } from "./useTry.ts";

export interface TryOutProps {
  readonly template: string;
  readonly photos: readonly PairCellFragment[];
  /** What was being changed is kept before it is tried. */
  readonly onBefore: () => Promise<void>;
}

export function TryOut({ template, photos, onBefore }: TryOutProps) {
  const { t, format } = useStudio();
  const [index, setIndex] = useState(0);
  const [usable] = useState(() => photos.filter((pair) => isEditable(pair.status)));
  const attempt = useTry();
  const photo = usable[index % Math.max(1, usable.length)];
  const tried = attempt.tried?.id === photo?.id ? attempt.tried : undefined;
  const shown = tried ?? photo;
  const start = async (): Promise<void> => {
    if (photo === undefined) return;
    await onBefore();
    await attempt.start(template, photo.id);
  };
  return (
    <div className="studio-try" role="group" aria-label={t("tryOne")}>
      <div className="studio-line">
        <span className="studio-label studio-grow">{t("tryOne")}</span>
        {tried?.current == null ? null : <span className="studio-small studio-3rd">{format.seconds(tried.current.durationMs)}</span>}
      </div>
      {shown === undefined || photo === undefined ? (
        <p className="studio-small studio-2nd">{t("tryNone")}</p>
      ) : (
        <>
          <div className="studio-tiles">
            <div className="studio-tile">
              <Picture photo={shown.source} url={shown.source.tile} size="tile" alt={t("source")} />
            </div>
            <div
              className="studio-tile"
              data-result={tried?.result == null ? undefined : tried.result.mimeType === "image/jpeg" ? "opaque" : "clear"}
            >
              {attempt.isRunning ? (
                <>
                  <Picture photo={shown.source} url={shown.source.tile} size="tile" className="studio-blur" />
                  <span className="studio-shimmer" />
                  <Ring size={24} />
                </>
              ) : tried?.result == null ? (
                <div className="studio-say studio-3rd">{t("notRunYet")}</div>
              ) : (
                <Picture photo={tried.result} url={tried.result.tile} size="tile" fit="contain" alt={t("result")} />
              )}
            </div>
          </div>
          <div className="studio-line">
            <span className="studio-small studio-2nd studio-cut studio-grow" title={photo.source.name}>
              {photo.sku.code} · {photo.source.name}
            </span>
            {usable.length > 1 ? (
              <Button kind="quiet" size="s" disabled={attempt.isRunning} onClick={() => setIndex(index + 1)}>
                {t("tryOther")}
              </Button>
            ) : null}
            <Button size="s" icon={<Play className="studio-icon" />} disabled={attempt.isRunning} onClick={() => void start()}>
              {t(attempt.isRunning ? "tryRunning" : "tryIt")}
            </Button>
          </div>
          {attempt.failure === undefined ? (
            <p className="studio-small studio-3rd">{t("tryHint")}</p>
          ) : (
            <p className="studio-small studio-bad" role="alert">
              {attempt.failure}
            </p>
          )}
        </>
      )}
    </div>
  );
}
