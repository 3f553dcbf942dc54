// A page of the host's own business, without the studio; its orders are invented.
import { titleIn } from "../titles.ts";
import type { Locale } from "../usePreferences.ts";
import { words } from "../words.ts";

const orders = [
  { number: 20418, placed: "2026-11-19", buyer: "Aino K.", code: "MUG-001", pieces: 4, sumEuro: 71.6, state: "packing" },
  { number: 20417, placed: "2026-11-19", buyer: "Lars H.", code: "BAG-004", pieces: 1, sumEuro: 129, state: "packing" },
  { number: 20413, placed: "2026-11-18", buyer: "Мария П.", code: "THM-003", pieces: 2, sumEuro: 58, state: "sent" },
  { number: 20409, placed: "2026-11-17", buyer: "陈 伟", code: "HDP-005", pieces: 1, sumEuro: 89.9, state: "sent" },
  { number: 20402, placed: "2026-11-14", buyer: "Ingrid S.", code: "CSH-008", pieces: 6, sumEuro: 173.4, state: "delivered" },
  { number: 20398, placed: "2026-11-13", buyer: "Tomasz W.", code: "PLT-007", pieces: 1, sumEuro: 24.5, state: "delivered" },
] as const;

export function OrdersPage({ locale }: { locale: Locale }) {
  const say = words[locale];
  const money = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  return (
    <section className="host-page">
      <h2>{say.orders}</h2>
      <p className="host-note">{say.ordersNote}</p>
      <table>
        <thead>
          <tr>
            {[say.order, say.placed, say.buyer, say.title, say.pieces, say.sum, say.orderState].map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.number}>
              <th scope="row">{order.number}</th>
              <td>{day.format(new Date(order.placed))}</td>
              <td>{order.buyer}</td>
              <td>{titleIn(locale, order.code, null)}</td>
              <td>{order.pieces}</td>
              <td>{money.format(order.sumEuro)}</td>
              <td>
                <span className="host-state" data-state={order.state}>
                  {say[order.state]}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
