// A dialog of the browser's own, within the studio's layer: above all of the host's page, focus kept inside and given back.
import { X } from "lucide-react";
import { type CSSProperties, type KeyboardEventHandler, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { activeElement } from "./active-element.ts";
import { Button } from "./Button.tsx";
import { useStudio } from "./context.ts";
import { useIsomorphicLayoutEffect } from "./useIsomorphicLayoutEffect.ts";
import { useStudioId } from "./useStudioId.ts";

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

export function Modal({ open, ...props }: ModalProps) {
  const { layer } = useStudio();
  return open && layer !== null ? createPortal(<OpenModal {...props} />, layer) : null;
}

function OpenModal(props: Omit<ModalProps, "open">) {
  const { t, dialogs } = useStudio();
  const titleId = useStudioId();
  const dialog = useRef<HTMLDialogElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const pressedBeside = useRef(false);
  const [floats, setFloats] = useState<HTMLElement | null>(null);
  const { initialFocus, finalFocus, onClose } = props;
  const focus = useRef({ initialFocus, finalFocus });
  useEffect(() => {
    focus.current = { initialFocus, finalFocus };
  });

  useIsomorphicLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    element.showModal();
    (focus.current.initialFocus?.current ?? panel.current)?.focus();
    // Closing gives the focus back to what had it, as long as that is still there.
    return () => {
      element.close();
      focus.current.finalFocus?.current?.focus();
    };
  }, []);
  // A button that went away under the focus has left the keys with nobody: they go to what it stood in, so that Tab goes on from there.
  const trail = useRef<readonly Element[]>([]);
  // On its way from one element to the next it is nobody's too, and must not be taken from where it goes.
  const isMoving = useRef(false);
  useEffect(() => {
    if (panel.current === null || isMoving.current || activeElement(panel.current) !== null) return;
    focusQuietly(trail.current.find((element) => panel.current?.contains(element)) ?? panel.current);
  });
  useEffect(() => (floats === null ? undefined : dialogs.add(floats)), [dialogs, floats]);

  const size: CSSProperties & Record<string, unknown> = { "--studio-dialog-width": props.width, "--studio-dialog-height": props.height };
  return (
    <dialog
      ref={dialog}
      className="studio-modal"
      aria-labelledby={titleId}
      // React brings these up to a dialog of the host's, though the browser does not.
      onCancel={(event) => {
        event.stopPropagation();
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      // Where the browser closes it without asking; a development build's second mount has opened it again by then.
      onClose={(event) => {
        event.stopPropagation();
        if (event.target === event.currentTarget && !event.currentTarget.open) onClose();
      }}
      // A press that began within, such as a drag of the slider, does not close what it ends beside.
      onPointerDown={(event) => {
        pressedBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && pressedBeside.current) onClose();
      }}
      onKeyDown={(event) => {
        props.onKeyDown?.(event);
        // Here, and not by the browser's own cancelling alone: the key would go on to what the host closes by it.
        if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onKeyUp={props.onKeyUp}
      onBlur={({ relatedTarget }) => {
        isMoving.current = relatedTarget !== null;
      }}
      // Of what floats beside the panel too, such as the button that undoes: it goes away with its toast.
      onFocus={({ target }) => {
        isMoving.current = false;
        if (panel.current?.contains(target)) trail.current = ancestorsOf(target, panel.current);
      }}
    >
      <div
        className="studio-dialog"
        ref={panel}
        tabIndex={-1}
        data-part={props.name}
        data-fit={props.height === undefined ? "" : undefined}
        style={size}
      >
        <div className="studio-dialog-head">
          {props.leading}
          <h2 className="studio-dialog-title" id={titleId}>
            {props.title}
          </h2>
          {props.header ?? <span className="studio-grow" />}
          <Button kind="quiet" size="s" label={t("close")} icon={<X className="studio-icon" />} onClick={onClose} />
        </div>
        {props.children}
        {props.footer === undefined ? null : <div className="studio-dialog-foot">{props.footer}</div>}
      </div>
      <div className="studio-layer" ref={setFloats} />
    </dialog>
  );
}

/** The nearest first, as far as the dialog's panel and without it. */
function ancestorsOf(element: Element, panel: Element): readonly Element[] {
  const found: Element[] = [];
  for (let each = element.parentElement; each !== null && each !== panel; each = each.parentElement) found.push(each);
  return found;
}

/** What is no stop of Tab is one no longer than it has the focus. */
function focusQuietly(element: Element): void {
  if (!(element instanceof HTMLElement)) return;
  if (!element.hasAttribute("tabindex")) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}
