// The word on every button that runs photos, and its name for those who listen.
import { useStudio } from "../shared/context.ts";
import type { Translate } from "../shared/messages/messages.ts";

/** The button's name ends in dots, as of one that asks first; the eyes get the count in their place. */
export const runName = (t: Translate): string => `${t("run")}…`;

export function RunWord({ count }: { readonly count: number }) {
  const { t } = useStudio();
  return (
    <>
      {t("run")}
      {/* Drawn, not written: the words within a button must be those of its name. */}
      {count > 0 ? <span className="studio-count" data-count={count} /> : null}
    </>
  );
}
