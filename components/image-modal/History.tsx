// The strip below a comparison: every result, the newest first, and the source; chosen by looking.
import { useStudio } from "../shared/context.ts";
import { Picture } from "../shared/Picture.tsx";
import type { PairInFull } from "./usePair.ts";

export interface HistoryProps {
  readonly pair: PairInFull;
  readonly shown: string | undefined;
  readonly engineTitle: (name: string) => string;
  readonly onChoose: (result: string) => void;
}

export function History({ pair, shown, engineTitle, onChoose }: HistoryProps) {
  const { t, format } = useStudio();
  return (
    <div className="studio-strip" role="group" aria-label={t("history")}>
      <span className="studio-label studio-strip-label">{t("history")}</span>
      {pair.results.map((result) => (
        <button
          key={result.id}
          type="button"
          className="studio-past"
          aria-pressed={result.id === shown}
          onClick={() => onChoose(result.id)}
        >
          <span className="studio-thumb">
            <Picture photo={result.image} url={result.image.thumb} size="thumb" fit="contain" />
          </span>
          <span className="studio-past-words">
            <span className="studio-medium">{t(result.isCurrent ? "current" : "earlier")}</span>
            <span className="studio-3rd">
              {engineTitle(result.engine)}, {format.moment(result.createdAt)}
            </span>
          </span>
        </button>
      ))}
      <div className="studio-past" data-still="">
        <span className="studio-thumb">
          <Picture photo={pair.source} url={pair.source.thumb} size="thumb" />
        </span>
        <span className="studio-past-words">
          <span className="studio-medium">{t("source")}</span>
          <span className="studio-3rd">{t("uploadedAt", { when: format.moment(pair.createdAt) })}</span>
        </span>
      </div>
    </div>
  );
}
