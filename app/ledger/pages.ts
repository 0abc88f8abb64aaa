/**
 * Pages of a list that is asked for page by page. `list` is given the last entry of the page before, or nothing at
 * first, and returns at most `limit` entries after it; fewer of them are the end. An empty page is not given.
 */
export async function* pages<Entry>(
	limit: number,
	list: (last: Entry | undefined) => Promise<readonly Entry[]>,
): AsyncGenerator<readonly Entry[]> {
	let last: Entry | undefined;
	for (;;) {
		const page = await list(last);
		if (page.length > 0) yield page;
		if (page.length < limit) return;
		last = page.at(-1);
	}
}

/** All entries of such a list, in one array: where they are known to be few. */
export async function allOf<Entry>(
	limit: number,
	list: (last: Entry | undefined) => Promise<readonly Entry[]>,
): Promise<readonly Entry[]> {
	const found: Entry[] = [];
	for await (const page of pages(limit, list)) found.push(...page);
	return found;
}
