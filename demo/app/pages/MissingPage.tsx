// What stands where there is no page.
import type { Words } from "../words.ts";

export const MissingPage = ({ say }: { say: Words }) => (
  <section className="host-page">
    <h2>{say.missing}</h2>
    <p className="host-note">{say.missingHelp}</p>
  </section>
);
