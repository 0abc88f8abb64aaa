import { erasedKey, type TextRow } from '../../erasure/port';
import { openResult, sealResult } from '../../operations/keys/results';
import { pages } from '../../pages';
import { standsForItself } from '../port';
import { page, tell, type Conversion } from './conversion';

/** Keys of claims, what they came with and their results. Returns how many. */
export async function convertKeys({ context, book }: Conversion): Promise<number> {
	let converted = 0;
	const list = (last: TextRow | undefined): Promise<readonly TextRow[]> =>
		context.store.transaction((tx) => tx.erasure.texts('keys', last?.key ?? null, page));
	for await (const rows of pages(page, list)) {
		const named = rows.filter(({ text }) => !standsForItself(text) && !text.startsWith(erasedKey));
		if (named.length === 0) continue;
		await context.store.transaction(async (tx) => {
			for (const {
				key: [scope = '', key = ''],
			} of named) {
				const name = book.hashOf(key);
				const [stored = null] = await tx.keys.readResults(scope, [key]);
				const result =
					stored === null ? null : sealResult(context, scope, name, openResult(context, scope, key, stored));
				const content = await tx.renaming.keyDigest(scope, key);
				const digest = content === null ? null : book.digestOf(content);
				await tx.renaming.renameKey(scope, key, { name, digest, result });
			}
			await tell(tx, 'keys', named.length);
		});
		converted += named.length;
	}
	return converted;
}
