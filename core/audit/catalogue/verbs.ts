/** First words of operations that only read. Words are cut at capitals, so `getAll` reads and `getaway` does not. */
const READING = new Set(
	`get list search find read lookup look query count check download info status history resolve describe retrieve
	fetch load exists preview select`.split(/\s+/),
);

/** Operations of query languages: the text decides, so the verb does not. */
const FREE_TEXT = new Set(['executeQuery', 'query', 'select']);

/** Whether an operation's name says that it reads only, e.g. `getAll`, `search`; `query` of a database may write. */
export function readsByVerb(operation: string): boolean {
	if (FREE_TEXT.has(operation)) return operation === 'select';
	const first = /^[a-z]+/.exec(operation)?.[0] ?? '';
	return READING.has(first);
}
