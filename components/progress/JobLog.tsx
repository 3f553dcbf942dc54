// The log of a job, read from the end; it follows new lines until somebody scrolls back.
import { useRef } from "react";
import type { JobStateFragment, LogLineFragment } from "../api/generated/graphql.ts";
import { useStudio } from "../shared/context.ts";
import { useIsomorphicLayoutEffect } from "../shared/useIsomorphicLayoutEffect.ts";
import { useJobLog } from "./useJobLog.ts";

/** Pixels from the end within which it counts as read to the end. */
const nearEnd = 12;

export function JobLog({ job }: { readonly job: JobStateFragment }) {
  const { t, say, format } = useStudio();
  const lines = useJobLog(job);
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  const last = lines.at(-1)?.id;
  useIsomorphicLayoutEffect(() => {
    if (list.current !== null && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [last]);
  return (
    <section className="studio-log" aria-label={t("log")}>
      <span className="studio-label">{t("log")}</span>
      <ol
        className="studio-log-lines"
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
        tabIndex={0}
        aria-label={t("log")}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < nearEnd;
        }}
      >
        {lines.length === 0 ? <li className="studio-3rd">{t("logNone")}</li> : null}
        {lines.map((line) => (
          <li key={line.id} className="studio-log-line" data-level={line.level}>
            <span className="studio-3rd">{format.clock(line.at)}</span>
            {line.item === null ? null : (
              <span className="studio-2nd studio-cut">{`${line.item.pair.sku.code}/${line.item.pair.source.name}`}</span>
            )}
            <span className={line.item === null ? "studio-log-wide" : undefined}>{withoutPhoto(say(line.message), line.item)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The line begins with its photo, which has its own column here. */
function withoutPhoto(line: string, item: LogLineFragment["item"]): string {
  const photo = item === null ? "" : `${item.pair.sku.code} ${item.pair.source.name}`;
  return photo !== "" && line.startsWith(photo) ? line.slice(photo.length).replace(/^[:：]\s*/, "") : line;
}
