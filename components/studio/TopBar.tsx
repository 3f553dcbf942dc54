// The bar: search, what is used, the running job, the language, and Run.
import { Languages, PanelLeft, Play, Search, Settings2, X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { RunWord, runName } from "../prompts/RunWord.tsx";
import type { SettingsChange } from "../prompts/useChangeSettings.ts";
import type { RunChoices } from "../prompts/useRun.ts";
import { Button } from "../shared/Button.tsx";
import { QuietChoice } from "../shared/Choice.tsx";
import { useStudio } from "../shared/context.ts";
import { localeNames, locales } from "../shared/messages/messages.ts";

/** The search is sent once typing rests this long. */
const searchRestMs = 220;

export interface TopBarProps {
  readonly search: string;
  /** Left out where nothing is searched. */
  readonly onSearchChange?: ((search: string) => void) | undefined;
  readonly searchRef?: RefObject<HTMLInputElement | null>;
  /** What is used without being asked for: engine, prompts, output. */
  readonly choices?: RunChoices | undefined;
  /** Left out where the viewer may not choose: then they are only said. */
  readonly onChoose?: ((change: SettingsChange) => void) | undefined;
  /** Whether the language can be chosen; default true. */
  readonly hasLanguages?: boolean;
  /** The job indicator. */
  readonly job?: ReactNode;
  /** Photos that wait in what is selected. */
  readonly waiting: number;
  /** Left out where the viewer may not run. */
  readonly onRun?: (() => void) | undefined;
  /** Off while there is nothing to run. */
  readonly isRunOff?: boolean;
  /** Left out where the viewer may not choose. */
  readonly onSettings?: (() => void) | undefined;
  /** Opens the list in a studio too narrow to show it. */
  readonly onShowList?: (() => void) | undefined;
}

export function TopBar(props: TopBarProps) {
  const { onSearchChange, hasLanguages = true, job, waiting, onRun, isRunOff = false, onSettings, onShowList } = props;
  const { t, locale, setLocale } = useStudio();
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
      {onSearchChange === undefined ? null : <SearchField {...props} onSearchChange={onSearchChange} />}
      <InUse {...props} />
      <span className="studio-grow" />
      {job}
      {job == null || !(hasLanguages || onSettings) ? null : <span className="studio-rule" />}
      {hasLanguages ? (
        <QuietChoice
          name={t("language")}
          value={locale}
          onChange={setLocale}
          options={locales.map((each) => ({ value: each, label: localeNames[each] }))}
        >
          <Languages className="studio-icon" />
        </QuietChoice>
      ) : null}
      {onSettings === undefined ? null : (
        <Button kind="quiet" label={t("settings")} icon={<Settings2 className="studio-icon" />} onClick={onSettings} />
      )}
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

/** What every run takes unless it is told otherwise, as a sentence whose words can be changed. */
function InUse({ choices, onChoose }: TopBarProps) {
  const { t, say } = useStudio();
  if (choices === undefined) return null;
  const { engines, presets, groups, group, engine, preset } = choices;
  const used = [
    {
      name: t("engine"),
      value: engine,
      options: engines.map((each) => ({
        value: each.name,
        label: each.title,
        disabled: !each.available,
        hint: each.unavailableReason ? say(each.unavailableReason) : undefined,
      })),
      change: (value: string): SettingsChange => ({ engine: value }),
    },
    {
      name: t("prompts"),
      value: groups.length === 0 ? undefined : (group ?? ""),
      options: [{ value: "", label: t("promptsNone") }, ...groups.map((each) => ({ value: each.id, label: each.name }))],
      change: (value: string): SettingsChange => ({ group: value }),
    },
    {
      name: t("output"),
      value: preset,
      options: presets.map((each) => ({ value: each.name, label: each.title })),
      change: (value: string): SettingsChange => ({ preset: value }),
    },
  ];
  return (
    <>
      {used.map(({ name, value, options, change }) => {
        if (value === undefined) return null;
        const label = options.find((option) => option.value === value)?.label ?? value;
        return onChoose === undefined ? (
          <span key={name} className="studio-used" title={`${name}: ${label}`}>
            <span className="studio-3rd studio-used-name">{name}</span>
            <span className="studio-cut">{label}</span>
          </span>
        ) : (
          <QuietChoice key={name} name={name} lead={name} value={value} options={options} onChange={(next) => onChoose(change(next))} />
        );
      })}
    </>
  );
}

function SearchField({ search, onSearchChange, searchRef }: TopBarProps & { readonly onSearchChange: (search: string) => void }) {
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
          // Spent on the text: a dialog of the host's that the studio stands in stays open.
          event.preventDefault();
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
