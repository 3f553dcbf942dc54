// A link within the app: a plain click changes the page in place, every other click does what browsers do.
import type { ComponentProps, MouseEvent } from "react";

interface LinkProps extends Omit<ComponentProps<"a">, "onClick"> {
  href: string;
  isCurrent?: boolean;
  onFollow: () => void;
}

export function Link({ href, isCurrent = false, onFollow, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onFollow();
  };
  return (
    <a {...rest} href={href} aria-current={isCurrent ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}
