// All words of the language, the widget's and those for what the server says: one file that is brought when the language is first asked for.
import { sentencesZh } from "./sentences-zh.ts";
import type { LanguageWords } from "./words.ts";
import { zh } from "./zh.ts";

export const allZh: LanguageWords = { messages: zh, sentences: sentencesZh };
