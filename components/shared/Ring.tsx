// A ring that fills with progress; without a fraction it turns.

const radius = 8.25;
const around = 2 * Math.PI * radius;
/** How much of the ring is drawn while it turns. */
const turningFraction = 0.3;

export function Ring({ fraction, size = 20 }: { readonly fraction?: number | undefined; readonly size?: number }) {
  const drawn = fraction ?? turningFraction;
  return (
    <svg
      className="studio-ring"
      viewBox="0 0 20 20"
      width={size}
      height={size}
      data-turning={fraction === undefined ? "" : undefined}
      aria-hidden="true"
    >
      <circle cx="10" cy="10" r={radius} />
      {drawn > 0 ? <circle cx="10" cy="10" r={radius} strokeDasharray={`${around * Math.min(1, drawn)} ${around}`} /> : null}
    </svg>
  );
}
