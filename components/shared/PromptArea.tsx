// Words for one run, written by hand: as many as the API takes.
import { useStudio } from "./context.ts";
import { useStudioId } from "./useStudioId.ts";

/** As many characters as the API takes. */
const maxPromptLength = 4000;

export interface PromptAreaProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  /** Of the label, in its surroundings. */
  readonly labelClass: string;
}

export function PromptArea({ value, onChange, placeholder, labelClass }: PromptAreaProps) {
  const { t } = useStudio();
  const id = useStudioId();
  return (
    <>
      <label className={labelClass} htmlFor={id}>
        {t("factPrompt")}
      </label>
      <textarea
        id={id}
        className="studio-field studio-area"
        rows={5}
        maxLength={maxPromptLength}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}
