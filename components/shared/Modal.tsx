// A dialog within the studio's own layer: named, focus kept inside and given back, closed by Escape or beside it.
import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { CSSProperties, KeyboardEventHandler, ReactNode, RefObject } from "react";
import { Button } from "./Button.tsx";
import { useStudio } from "./context.ts";

export interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  /** Beside the title, in the header. */
  readonly header?: ReactNode;
  /** Before the title, in the header. */
  readonly leading?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
  /** Largest size, in CSS lengths; a dialog never leaves the window. */
  readonly width?: string;
  readonly height?: string;
  readonly name?: string;
  /** Where the focus goes at first; left out, to the dialog itself. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Where the focus goes afterwards; left out, where it was. */
  readonly finalFocus?: RefObject<HTMLElement | null> | undefined;
  readonly onKeyDown?: KeyboardEventHandler;
  readonly onKeyUp?: KeyboardEventHandler;
}

export function Modal(props: ModalProps) {
  const { layer, t } = useStudio();
  if (layer === null) return null;
  const size: CSSProperties & Record<string, unknown> = { "--studio-dialog-width": props.width, "--studio-dialog-height": props.height };
  return (
    <Dialog.Root
      open={props.open}
      modal="trap-focus"
      onOpenChange={(open) => {
        if (!open) props.onClose();
      }}
    >
      <Dialog.Portal container={layer}>
        <Dialog.Backdrop className="studio-scrim" />
        <Dialog.Popup
          className="studio-dialog"
          aria-modal="true"
          data-part={props.name}
          style={size}
          initialFocus={props.initialFocus ?? true}
          finalFocus={props.finalFocus ?? true}
          onKeyDown={props.onKeyDown}
          onKeyUp={props.onKeyUp}
        >
          <div className="studio-dialog-head">
            {props.leading}
            <Dialog.Title className="studio-dialog-title">{props.title}</Dialog.Title>
            {props.header ?? <span className="studio-grow" />}
            <Dialog.Close render={<Button kind="quiet" size="s" label={t("close")} icon={<X className="studio-icon" />} />} />
          </div>
          {props.children}
          {props.footer === undefined ? null : <div className="studio-dialog-foot">{props.footer}</div>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
