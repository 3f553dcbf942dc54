// Buttons: primary, plain, quiet and bad; with a word, with an icon, or with an icon alone that still has a name.
import { type ComponentPropsWithoutRef, forwardRef, type ReactNode } from "react";

export interface ButtonProps extends ComponentPropsWithoutRef<"button"> {
  readonly kind?: "primary" | "plain" | "quiet" | "bad";
  readonly size?: "m" | "s" | "xs";
  readonly icon?: ReactNode;
  /** Only the icon is seen; this is its name, also shown on hover. */
  readonly label?: string;
  /** The key that does the same. */
  readonly shortcut?: string;
  readonly on?: boolean;
}

/** With forwardRef, since React 18 hands a plain function no ref. */
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { kind = "plain", size = "m", icon, label, shortcut, on, children, className, ...rest },
  ref,
) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      ref={ref}
      className={className === undefined ? "studio-button" : `studio-button ${className}`}
      data-kind={kind}
      data-size={size}
      data-icon={label === undefined ? undefined : ""}
      data-on={on ? "" : undefined}
    >
      {icon}
      {children === undefined ? null : <span className="studio-button-text">{children}</span>}
      {shortcut === undefined ? null : (
        <span className="studio-key" aria-hidden="true">
          {shortcut}
        </span>
      )}
    </button>
  );
});
