// All words of the language, the widget's and those for what the server says: one file that is brought when the language is first asked for.
import { ru } from "./ru.ts";
import { sentencesRu } from "./sentences-ru.ts";
import type { LanguageWords } from "./words.ts";

export const allRu: LanguageWords = { messages: ru, sentences: sentencesRu };
