// The bar: search, what is used, the running job, the language, and Run.
import { Languages, PanelLeft, Play, Search, X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { RunWord, runName } from "../prompts/PromptModal.tsx";
import { Button } from "../shared/Button.tsx";
import { QuietChoice } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { localeNames, locales } from "../shared/messages/messages.ts";

/** The search is sent once typing rests this long. */
const searchRestMs = 220;

export interface TopBarProps {
  readonly search: string;
  readonly onSearchChange: (search: string) => void;
  readonly searchRef?: RefObject<HTMLInputElement | null>;
  /** What is used without being asked for: engine, prompts, output; left out where it is not known. */
  readonly engine?: string | undefined;
  readonly prompts?: string | undefined;
  readonly output?: string | undefined;
  /** The job indicator. */
  readonly job?: ReactNode;
  /** Photos that wait in what is selected. */
  readonly waiting: number;
  /** Left out where the viewer may not run. */
  readonly onRun?: (() => void) | undefined;
  /** Off while there is nothing to run. */
  readonly isRunOff?: boolean;
  /** Opens the list in a studio too narrow to show it. */
  readonly onShowList?: (() => void) | undefined;
}

export function TopBar(props: TopBarProps) {
  const { engine, prompts, output, job, waiting, onRun, isRunOff = false, onShowList } = props;
  const { t, locale, setLocale } = useStudio();
  const words = [
    [t("engine"), engine],
    [t("prompts"), prompts],
    [t("output"), output],
  ] as const;
  return (
    <div className="studio-top" role="toolbar" aria-label={t("studio")}>
      {onShowList === undefined ? null : (
        <Button
          kind="quiet"
          className="studio-show-list"
          label={t("skuList")}
          icon={<PanelLeft className="studio-icon" />}
          onClick={onShowList}
        />
      )}
      <SearchField {...props} />
      {words.map(([name, value]) =>
        value === undefined ? null : (
          <span key={name} className="studio-used" title={`${name}: ${value}`}>
            <span className="studio-3rd studio-used-name">{name}</span>
            <span className="studio-cut">{value}</span>
          </span>
        ),
      )}
      <span className="studio-grow" />
      {job}
      {job == null ? null : <span className="studio-rule" />}
      <QuietChoice
        name={t("language")}
        value={locale}
        onChange={setLocale}
        options={locales.map((each) => ({ value: each, label: localeNames[each] }))}
      >
        <Languages className="studio-icon" />
      </QuietChoice>
      {onRun === undefined ? null : (
        <Button
          kind="primary"
          className="studio-run"
          aria-label={runName(t)}
          icon={<Play className="studio-icon" />}
          title={isRunOff ? t("runNothing") : t("runWaiting", { count: waiting })}
          disabled={isRunOff}
          onClick={onRun}
        >
          <RunWord count={waiting} />
        </Button>
      )}
    </div>
  );
}

function SearchField({ search, onSearchChange, searchRef }: TopBarProps) {
  const { t } = useStudio();
  const [text, setText] = useState(search);
  const [sent, setSent] = useState(search);
  if (sent !== search) {
    setSent(search);
    if (search !== text.trim()) setText(search);
  }
  useEffect(() => {
    if (text.trim() === search) return;
    const timer = setTimeout(() => onSearchChange(text.trim()), searchRestMs);
    return () => clearTimeout(timer);
  }, [text, search, onSearchChange]);
  return (
    <div className="studio-field studio-search" data-well="">
      <Search className="studio-icon" />
      <input
        ref={searchRef}
        className="studio-input"
        type="search"
        aria-label={t("search")}
        placeholder={t("search")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || text === "") return;
          event.stopPropagation();
          setText("");
        }}
      />
      {text === "" ? (
        <span className="studio-key" aria-hidden="true">
          /
        </span>
      ) : (
        <Button kind="quiet" size="xs" label={t("searchClear")} icon={<X className="studio-icon" />} onClick={() => setText("")} />
      )}
    </div>
  );
}
