// The foot of a dialog: a few words, or why the last step was not taken, then the buttons; where there is little room, below each other.
import type { ReactNode } from "react";

export interface DialogFootProps {
  readonly words: ReactNode;
  /** In place of the words. */
  readonly failure?: ReactNode;
  /** For a button that it describes. */
  readonly failureId?: string;
  /** Buttons, the one that the dialog is for last. */
  readonly children: ReactNode;
}

export function DialogFoot({ words, failure, failureId, children }: DialogFootProps) {
  return (
    <>
      {failure === undefined ? (
        <span className="studio-foot-words studio-2nd">{words}</span>
      ) : (
        <span className="studio-foot-words studio-bad" role="alert" id={failureId}>
          {failure}
        </span>
      )}
      <span className="studio-foot-buttons">{children}</span>
    </>
  );
}
