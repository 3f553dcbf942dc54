// The words of a prompt: variables stand out as chips, can be put in where one writes, and a misspelt one is told at once.
import { useRef } from "react";
import { useStudio } from "../shared/context.ts";
import { useStudioId } from "../shared/useStudioId.ts";
import { splitPrompt, unknownVariables, variables } from "./variables.ts";

/** As many characters as the API takes. */
const maxTextLength = 10_000;

export interface PromptFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur: () => void;
  readonly disabled: boolean;
}

export function PromptField({ value, onChange, onBlur, disabled }: PromptFieldProps) {
  const { t } = useStudio();
  const id = useStudioId();
  const faultId = useStudioId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [unknown] = unknownVariables(value);
  const insert = (name: string): void => {
    const { current } = area;
    const start = current?.selectionStart ?? value.length;
    const end = current?.selectionEnd ?? start;
    const word = `{{${name}}}`;
    onChange(value.slice(0, start) + word + value.slice(end));
    requestAnimationFrame(() => {
      current?.focus();
      current?.setSelectionRange(start + word.length, start + word.length);
    });
  };
  return (
    <div className="studio-formrow">
      <div className="studio-line">
        <label className="studio-label studio-grow" htmlFor={id}>
          {t("promptText")}
        </label>
        <span className="studio-small studio-3rd">{t("charactersOf", { count: value.length, most: maxTextLength })}</span>
      </div>
      <div className="studio-prompt-field" data-bad={unknown === undefined ? undefined : ""}>
        <div className="studio-prompt-under" aria-hidden="true">
          {splitPrompt(value).map(({ at, text, variable }) =>
            variable === undefined ? (
              text
            ) : (
              <mark key={at} className="studio-variable" data-unknown={variables.some((each) => each === variable) ? undefined : ""}>
                {text}
              </mark>
            ),
          )}
          {/* A line break at the end has its line, as in the field above. */}
          {"\n"}
        </div>
        <textarea
          ref={area}
          id={id}
          className="studio-prompt-area"
          maxLength={maxTextLength}
          rows={4}
          spellCheck={false}
          disabled={disabled}
          aria-invalid={unknown !== undefined}
          aria-describedby={unknown === undefined ? undefined : faultId}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onBlur={onBlur}
        />
      </div>
      {unknown === undefined ? null : (
        <p className="studio-small studio-bad" id={faultId}>
          {t("unknownVariable", { name: unknown })}
        </p>
      )}
      {disabled ? null : (
        <div className="studio-inserts">
          <span className="studio-small studio-2nd">{t("insertVariable")}</span>
          {variables.map((name) => (
            <button key={name} type="button" className="studio-insert" onClick={() => insert(name)}>
              {name}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
