// The list of keys, opened with `?`.
import { useStudio } from "../shared/context.ts";
import { Modal } from "../shared/Modal.tsx";
import type { MessageKey } from "../shared/messages/messages.ts";
import type { Feature, Offer } from "./features.ts";

const keys: readonly { readonly keys: readonly string[]; readonly word: MessageKey; readonly needs?: Feature }[] = [
  { keys: ["J", "K"], word: "keyMove" },
  { keys: ["Shift", "↓"], word: "keyExtend" },
  { keys: ["Enter"], word: "keyOpen" },
  { keys: ["Shift", "Space"], word: "keyTick" },
  { keys: ["A"], word: "keyApprove", needs: "review" },
  { keys: ["R"], word: "reject", needs: "review" },
  { keys: ["X"], word: "archive", needs: "review" },
  { keys: ["U"], word: "undo", needs: "review" },
  { keys: ["E"], word: "edit", needs: "edit" },
  { keys: ["G"], word: "runAgain", needs: "run" },
  { keys: ["M"], word: "makeMain", needs: "review" },
  { keys: ["Space"], word: "holdSpace" },
  { keys: ["1", "2", "3", "4"], word: "comparison" },
  { keys: ["F"], word: "keyFit" },
  { keys: ["/"], word: "keySearch", needs: "search" },
  { keys: ["?"], word: "keyHelp" },
  { keys: ["Esc"], word: "keyBack" },
];

export interface KeysModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Keys of what is not offered are not listed. */
  readonly offer: Offer;
}

export function KeysModal({ open, onClose, offer }: KeysModalProps) {
  const { t } = useStudio();
  const shown = keys.filter(({ needs }) => needs === undefined || offer[needs]);
  return (
    <Modal open={open} onClose={onClose} name="keys" width="720px" title={t("keys")}>
      <dl className="studio-keys">
        {shown.map((each) => (
          <div key={each.word} className="studio-keys-row">
            <dt className="studio-keys-keys">
              {each.keys.map((key) => (
                <kbd key={key} className="studio-kbd">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd className="studio-2nd">{t(each.word)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
