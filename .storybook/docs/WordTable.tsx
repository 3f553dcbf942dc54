// Every word of the widget in its three languages, to find the key of the one that a host wants otherwise.
import { useState } from "react";
import type { Message } from "../../components/index.ts";
import { en } from "../../components/shared/messages/en.ts";
import { ru } from "../../components/shared/messages/ru.ts";
import { zh } from "../../components/shared/messages/zh.ts";

const keys = Object.keys(en) as readonly (keyof typeof en)[];

const textOf = (message: Message): string =>
  typeof message === "string"
    ? message
    : Object.entries(message)
        .map(([form, text]) => `${form}: ${text}`)
        .join("\n");

export function WordTable() {
  const [search, setSearch] = useState("");
  const words = search.trim().toLowerCase();
  const shown = keys.filter((key) => [key, en[key], zh[key], ru[key]].map(textOf).join("\n").toLowerCase().includes(words));
  return (
    <>
      <p>
        <input
          type="search"
          aria-label="Find a word"
          placeholder="Find a word"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />{" "}
        {shown.length} of {keys.length}
      </p>
      <table>
        <thead>
          <tr>
            {["Key", "English", "中文", "Русский"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ whiteSpace: "pre-line" }}>
          {shown.map((key) => (
            <tr key={key}>
              <td>
                <code>{key}</code>
              </td>
              <td lang="en">{textOf(en[key])}</td>
              <td lang="zh">{textOf(zh[key])}</td>
              <td lang="ru">{textOf(ru[key])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
