// The products with how far their photos are, as the host reads them from the studio's API.
import { pathOf } from "../../routes.ts";
import { Link } from "../Link.tsx";
import type { Listing } from "../studio-api.ts";
import { titleIn } from "../titles.ts";
import { useListings } from "../useListings.ts";
import type { Locale } from "../usePreferences.ts";
import { type Words, words } from "../words.ts";

interface ListingsPageProps {
  locale: Locale;
  onOpen: (code: string) => void;
}

export function ListingsPage({ locale, onOpen }: ListingsPageProps) {
  const { listings, total, state, problem, hasMore, readMore } = useListings();
  const say = words[locale];
  return (
    <section className="host-page" aria-busy={state === "reading"}>
      <h2>
        {say.listings} {total !== undefined && <small>{total}</small>}
      </h2>
      {listings.length > 0 && <ListingsTable listings={listings} locale={locale} onOpen={onOpen} />}
      {state === "reading" && <p className="host-note">{say.loading}</p>}
      {state === "read" && listings.length === 0 && <p className="host-note">{say.none}</p>}
      {state === "failed" && (
        <p className="host-note" role="alert">
          {say.failed} {problem}
        </p>
      )}
      {state === "failed" && (
        <button type="button" onClick={readMore}>
          {say.again}
        </button>
      )}
      {state === "read" && hasMore && (
        <button type="button" onClick={readMore}>
          {say.more}
        </button>
      )}
    </section>
  );
}

function ListingsTable({ listings, locale, onOpen }: ListingsPageProps & { listings: readonly Listing[] }) {
  const say = words[locale];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say.article}</th>
          <th scope="col">{say.title}</th>
          <th scope="col">{say.state}</th>
          <th scope="col">{say.photos}</th>
          <th scope="col">{say.toReview}</th>
          <th scope="col">{say.approved}</th>
        </tr>
      </thead>
      <tbody>
        {listings.map((listing) => (
          <ListingRow key={listing.code} listing={listing} title={titleIn(locale, listing.code, listing.title)} say={say} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

interface ListingRowProps {
  listing: Listing;
  title: string;
  say: Words;
  onOpen: (code: string) => void;
}

function ListingRow({ listing, title, say, onOpen }: ListingRowProps) {
  const { code, status, counts, mainPair } = listing;
  return (
    <tr>
      <th scope="row">
        <Link href={pathOf({ page: "product", code })} onFollow={() => onOpen(code)}>
          {mainPair === null ? (
            <span className="host-thumb" />
          ) : (
            <img className="host-thumb" src={mainPair.source.url} alt="" width="48" height="48" />
          )}
          {code}
        </Link>
      </th>
      <td>{title}</td>
      <td>
        <span className="host-state" data-state={status.toLowerCase()}>
          {say.states[status]}
        </span>
      </td>
      <td>{counts.total}</td>
      <td>{counts.ready}</td>
      <td>{counts.approved}</td>
    </tr>
  );
}
